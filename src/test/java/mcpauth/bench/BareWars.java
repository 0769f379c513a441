package mcpauth.bench;

import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Applications that have nothing of ours in them: what is measured of them is the server's own. */
final class BareWars {
    private BareWars() {}

    /** A servlet. */
    static WebArchive bare(String name) {
        return ShrinkWrap.create(WebArchive.class, name).addClass(BareServlet.class);
    }

    /** The same servlet behind a mechanism that lets everybody in. */
    static WebArchive guarded(String name) {
        return bare(name)
                .addClass(OpenMechanism.class)
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .setWebXML(new StringAsset("""
                        <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                          <security-constraint>
                            <web-resource-collection>
                              <web-resource-name>everything</web-resource-name>
                              <url-pattern>/*</url-pattern>
                            </web-resource-collection>
                            <auth-constraint>
                              <role-name>**</role-name>
                            </auth-constraint>
                          </security-constraint>
                        </web-app>
                        """));
    }

    /** Servlet, mechanism and a JAX-RS resource: the parts of the server that ours needs. */
    static WebArchive guardedWithResource(String name) {
        return guarded(name).addClasses(BareResource.class, BareResource.BareApplication.class);
    }
}
