// The service that is called: it knows how much is left.
import { createServer } from 'node:http'

createServer((_request, response) => response.end('5 left')).listen(8080)
