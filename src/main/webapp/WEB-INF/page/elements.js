// Small helpers to build the page. Text is always text: nothing here parses markup.

/** An element; null and undefined children are left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'onclick') {
      made.addEventListener('click', value);
    } else if (value === true) {
      made.setAttribute(key, '');
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The text as nodes: what stands between backticks becomes code. */
export function prose(text) {
  return text.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
}

/** Fills {name} in the text. */
export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Tells those who do not see the page what has changed. */
export function announce(text) {
  document.getElementById('announcer').textContent = text;
}

/** A button that copies what the function gives. */
export function copyButton(label, done, text) {
  return element('button', {
    type: 'button',
    class: 'quiet',
    'aria-label': label.name,
    async onclick(event) {
      const button = event.currentTarget;
      try {
        await navigator.clipboard.writeText(text());
      } catch {
        // Without https a browser may refuse; people can still select the text
        return;
      }
      button.textContent = done;
      announce(done);
      setTimeout(() => {
        button.textContent = label.text;
      }, 2000);
    },
  }, label.text);
}
