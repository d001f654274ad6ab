/** What a server on this machine needs: a port, and a certificate for TLS. */
export { createCertificate } from './certificate.js'
export { listen } from './listen.js'
