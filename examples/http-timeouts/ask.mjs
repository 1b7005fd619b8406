// Asks a URL; prints status, text and how many milliseconds it took.
const start = performance.now()
const response = await fetch(process.argv[2])
const text = await response.text()
console.log(JSON.stringify({ status: response.status, text, ms: performance.now() - start }))
