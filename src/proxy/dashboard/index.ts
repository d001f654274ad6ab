/** The page that shows a proxy at work. */
export { createDashboard, type Dashboard, type DashboardOptions } from './create-dashboard.js'
