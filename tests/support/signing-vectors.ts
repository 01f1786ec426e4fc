/** A request of a fixed time, and what is signed of it. */
export const VECTOR_REQUEST = {
  method: 'GET',
  path: '/trade-api/v2/portfolio/orders',
  nowMs: 1_795_262_400_123,
};
export const VECTOR_TEXT = '1795262400123GET/trade-api/v2/portfolio/orders';

/**
 * The first key of RFC 8032 §7.1 and what it signs: Ed25519 has one signature for a text. Its public part, and its
 * signature of the empty text, are those of the RFC.
 */
export const RFC_8032 = {
  privateKeyPem: `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
`,
  publicKeyHex: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  emptySignatureHex:
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  signature:
    'ecQ9UZql3+VEdl/2jC/Tej6G8B4A85btBwdzaymiiWUxr/qsRgvUUZQIC8rJrLmS/+m/BRF7oRe3YKfKUoLMCQ==',
};

/** A key made for these tests, and a signature of the text by the openssl program: PSS, SHA-256, salt of 32 bytes. */
export const OPENSSL_RSA = {
  privateKeyPem: `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCgqRZHEV+UhQ3C
Hy9kxfIembw1LZDOD+YgSFSSrWM61wBsg+sHTtmuO43E51x5Pz/Qwk/i4VQRbJRV
65plOvPTkeFCibvnRoj8BeEx7vP7vuOpPTM2eN8mj/K5OPLfVBOOkjRMSIlb8dAL
9nlmzojwlVVjJNm9BxoLnbvh4Wnl9wqdQZQc6q3fgqaL5nXppIs2CfR07v+osr1O
e9VkzsRbfMP2j9x36SaBrcFKwmJNVVAK9zHuy+y2jizc7P6BBJ4YrIiDkwEBm7cw
/1utzmMWUDu7SlJdqFWM0PftXoeaAOptbSSWxWDcHqWb0GKa6UAj4J3piROKXu0h
2tqX+GnTAgMBAAECggEADIVQ9qXseIMsENJkW6qvlWHu0IgmDmEf0qlAahP4NUg3
QL3BLdcf0NvUTyGmy845l3flSO29owP+xXlwlW4UPYtTbl+UlNAi8d01cTJJsnds
f66E1Lxzy6oRRQ0ipHQFeCl9yOooRlGgoKYLTQ9QjctdlbX0AC7TAU/AKjjqi2Dn
RCCr+FNVSZpHc0sHRqnsQoLxSqqCdSg67S/KbY45e4FR31VzST9WUhIjtuS9wrER
oyd+442eHuSIfs2EdeKE8DjEDZbHcWce0U/xu+cFFy2gZhY01x8+IOGQf819ZBlj
IzGkabvmJJ+/9hkNmqBRc8j2BEujnpjL0TfawlN7SQKBgQDQUsG/K2UlVHj7aDX7
8rPKPpD274mM+28Q7wW6/O6USKsLOPtpMdJRMQv9dUWStrqtTcaCVkEdf0LBMfbv
elBsZghXZEiaOoadXkOYy7XGWXjBUax1gEGVE67t7uJNOf25YpaAhJIbkPpeMvwL
esV/Yp/+AgN0xGL6OEudGKhWywKBgQDFbd0hNGt2zZJmUVoWSWG7wdtKRy3n+tgo
GqhR7IrAlwB3hg2dd4daxTfxPj7aF6CosUEft5e7d550MmQjqAx+WQ/9x3WnzWUI
9dspHY25OOikJ1/qR/uAotmkranaz/JjgvFTYVpY4+Ue19MglVrO9ZwOyYp8gL6N
o64qt6nQGQKBgFANfSZZJqURsOvrP9NxkGVHZa1+nvzuId//+dPBHm0c/51waCwk
WQ2aK2Faj0GxtkqieIXdX2hWXvCeoqWj+wOsscfjYYLiupf+gTtWDKQL/btMB1mf
z5PZ3H7SLWQ/xKBYoj0AtKSjMZLBRNmkdABfhdu2Kl3UmbRNrcDQmN/BAoGAQmFN
D0QDud8mkRZbNtEXdjyY0aGbErtpgBpua5Ufld9vfcBpxX8R2Hgk9gzarxNwpidq
4RImhxaSBTmIJ+Dxym2Bje9JZNEPXnLjbDCOnS9AMSk3+5qWOksG6HKngHWYZtL4
9vLtoKOHPtaMGxF8hcdY4DPtRy02ZIMbJSu5gckCgYEAiV373N8kWXK8xEXTxbR6
JuJE73ap1ojjoJFexPz7wdQEUPoF2QwTY0ATf7xoKJF5kjhhuVuOqSTEWrlEPeYJ
5j8m4NPPDBRwdAkyLHFCz9CNQ+WRkWUZKw2QQSgl2r84fGKNEbZ3t3r8o6RTqZqZ
/lbH220ngJFfnj70TRIbMzk=
-----END PRIVATE KEY-----
`,
  publicKeyPem: `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoKkWRxFflIUNwh8vZMXy
Hpm8NS2Qzg/mIEhUkq1jOtcAbIPrB07ZrjuNxOdceT8/0MJP4uFUEWyUVeuaZTrz
05HhQom750aI/AXhMe7z+77jqT0zNnjfJo/yuTjy31QTjpI0TEiJW/HQC/Z5Zs6I
8JVVYyTZvQcaC5274eFp5fcKnUGUHOqt34Kmi+Z16aSLNgn0dO7/qLK9TnvVZM7E
W3zD9o/cd+kmga3BSsJiTVVQCvcx7svsto4s3Oz+gQSeGKyIg5MBAZu3MP9brc5j
FlA7u0pSXahVjND37V6HmgDqbW0klsVg3B6lm9BimulAI+Cd6YkTil7tIdral/hp
0wIDAQAB
-----END PUBLIC KEY-----
`,
  signature:
    'LxCCiaQII/ww8DX2gWbOmnAeeaXC3IJblx1+YUADedbiEmhh3Tlv9MG/y13dekoEv8LugY6w4HyZN79CPka2plUVIzyD33YKhRnZpK67T6ECdd9+9KsppfmMcoewTq/5pCwh3k4blkLV+UyX8Na68sY/LK3Ai7RDYz66XM7OCJBMNdJ72fCzW3MOzUEPVhAXhd1jp/YOMQ79lV2btqhJg1xyRO5LRaWFkDraCVA6qSXr+aV6FEKgrujiAYaBcn5aEYfzVOjPhETNG9jRtgGfyVkpRVres5UdBE/R6moneWEkuA078rEfyN6zv+ELk3S1JRgCrlSVbrUeZVAgTnOwtA==',
};
