package mcpauth.transport;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** The body of a response, of a client that reads only while the test says so. */
final class TestServletOutput extends ServletOutputStream {
    private final OutputStream bytes;
    volatile boolean ready = true;

    TestServletOutput(OutputStream bytes) {
        this.bytes = bytes;
    }

    /** An asynchronous request that can be completed and nothing else. */
    static AsyncContext asyncContext(AtomicInteger completions) {
        return (AsyncContext) Proxy.newProxyInstance(
                TestServletOutput.class.getClassLoader(),
                new Class<?>[] {AsyncContext.class},
                (proxy, method, values) -> {
                    if (!method.getName().equals("complete")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    completions.incrementAndGet();
                    return null;
                });
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(int single) throws IOException {
        if (!ready) {
            throw new IllegalStateException("not ready");
        }
        bytes.write(single);
    }
}
