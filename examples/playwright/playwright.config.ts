import { defineConfig } from '@playwright/test'

const { APP_URL = 'http://localhost:3000/', CHROMIUM_PATH, CHROMIUM_ARGS } = process.env

export default defineConfig({
  use: {
    baseURL: APP_URL,
    launchOptions: {
      // Playwright's own browser unless another is named.
      ...(CHROMIUM_PATH === undefined ? {} : { executablePath: CHROMIUM_PATH }),
      args: CHROMIUM_ARGS?.split(' ') ?? [],
    },
  },
})
