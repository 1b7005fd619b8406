/** The flags of a TCP header by their bits, the lowest first (RFC 9293, RFC 3168). */
export const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR']
