/* Elements by description. Strings become text nodes, never markup. */

const SVG = "http://www.w3.org/2000/svg";

export const byId = id => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function drawing(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

/** Writes only what has changed, so that a selection in it stays, and a screen reader has nothing to repeat. */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
