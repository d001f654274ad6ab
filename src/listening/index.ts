/** What a server on this machine needs: a port, a certificate for TLS, and a word for who comes without. */
export { answerPlainHttp } from './answer-plain-http.js'
export { createCertificate } from './certificate.js'
export { listen } from './listen.js'
export { unlimitHeaders } from './unlimit-headers.js'
