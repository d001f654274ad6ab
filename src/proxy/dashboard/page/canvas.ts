/** Drawing surfaces that are as sharp as the screen, in the colours of the page. */

/** Clears a canvas, brought to its size on the screen; coordinates are CSS pixels. `undefined` while it is not shown. */
export function begin(canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined {
  const { clientWidth, clientHeight } = canvas
  const context = canvas.getContext('2d')
  if (!context || clientWidth === 0 || clientHeight === 0) return undefined
  const scale = window.devicePixelRatio || 1
  const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)]
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, clientWidth, clientHeight)
  return context
}

let style: CSSStyleDeclaration | undefined

/** A colour of the page's style, such as `--stream`; follows light and dark. */
export function colour(name: string): string {
  style ??= getComputedStyle(document.documentElement)
  return style.getPropertyValue(name)
}
