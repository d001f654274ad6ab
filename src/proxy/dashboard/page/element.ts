/** Makes and changes elements. All text goes in as text: nothing that a stream carried is ever read as markup. */

/** An element with attributes (`true` for one without a value; `null` and `false` for none) and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number | boolean | null> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) setAttribute(made, key, value)
  made.append(...children)
  return made
}

/** Sets an attribute, if that changes anything. */
export function setAttribute(target: Element, name: string, value: string | number | boolean | null): void {
  if (value === null || value === false) target.removeAttribute(name)
  else {
    const text = value === true ? '' : String(value)
    if (target.getAttribute(name) !== text) target.setAttribute(name, text)
  }
}

/** Sets the text, if that changes anything, so that selections and assistive technology are left in peace. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** The element of the page with that id. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id)
  if (!found) throw new Error(`The page has no #${id}`)
  return found as Kind
}
