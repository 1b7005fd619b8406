export default { test: { provide: { labOptions: { name: 'provided', seed: 7 } } } }
