/**
 * What a set-up is given. It is a page of Puppeteer, told in words of our own: puppeteer-core may not be installed, and the
 * types of this package are to hold all the same.
 */

/**
 * A page of Puppeteer, as far as signing in mostly needs it. Where puppeteer-core is installed a set-up may ask for all of
 * it: `setup: async (page: Page) => …`.
 */
export interface SetupPage {
  /** Where it is. */
  url(): string
  /** Goes to an address, and waits until it has loaded. */
  goto(url: string, options?: { timeout?: number }): Promise<unknown>
  reload(): Promise<unknown>
  title(): Promise<string>
  /** The HTML of the page. */
  content(): Promise<string>
  /** Clicks the first element of that selector. */
  click(selector: string): Promise<void>
  /** Types into the first element of that selector, key by key. */
  type(selector: string, text: string): Promise<void>
  focus(selector: string): Promise<void>
  /** Chooses the options of a `<select>` that have these values. */
  select(selector: string, ...values: string[]): Promise<string[]>
  /** Waits until there is such an element. */
  waitForSelector(selector: string, options?: { visible?: boolean; timeout?: number }): Promise<unknown>
  /** Waits for the next document; begin to wait before the click that leads there. */
  waitForNavigation(options?: { timeout?: number }): Promise<unknown>
  /** Waits until the expression is true in the page. */
  waitForFunction(expression: string, options?: { timeout?: number }): Promise<unknown>
  /** Runs a function, or an expression, in the page. */
  evaluate<Result>(run: string | ((...args: string[]) => Result), ...args: string[]): Promise<Awaited<Result>>
  readonly keyboard: { press(key: 'Enter' | 'Tab' | 'Escape'): Promise<void> }
}
