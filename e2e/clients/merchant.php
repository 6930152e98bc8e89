<?php
// A merchant's backend in PHP, with the habits of the official PHP SDK: one text is signed (slashes and Unicode as they
// are) and another one is sent (PHP's defaults, which escape both), empty members are arrays, header names stand in
// capitals, headers without a value are asked for, and times come from date('c').
//
// Reads orders as JSON from stdin ({"baseUrl", credentials, "calls": [{"path", "externalId", "body"}]}) and prints the
// answers, the token's first.

date_default_timezone_set('Asia/Jakarta');
$order = json_decode(file_get_contents('php://stdin'), true);
$sandbox = $order['sandbox'];

function sent(string $url, array $headers, array $body): array
{
    $lines = [];
    foreach ($headers as $name => $value) {
        $lines[] = "$name: $value";
    }
    $handle = curl_init($url);
    curl_setopt_array($handle, [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HTTPHEADER => $lines,
        CURLOPT_POST => true,
        CURLOPT_POSTFIELDS => json_encode($body),
        CURLOPT_PROXY => '',
    ]);
    $answer = curl_exec($handle);
    if ($answer === false) {
        fwrite(STDERR, curl_error($handle));
        exit(1);
    }
    return ['status' => curl_getinfo($handle, CURLINFO_RESPONSE_CODE), 'body' => json_decode($answer)];
}

$now = date('c');
openssl_sign($sandbox['clientId'] . '|' . $now, $signature, $sandbox['merchantPrivateKey'], OPENSSL_ALGO_SHA256);
$token = sent($order['baseUrl'] . '/v1.0/access-token/b2b', [
    'Content-Type' => 'application/json',
    'Accept' => 'application/json',
    'X-CLIENT-KEY' => $sandbox['clientId'],
    'X-SIGNATURE' => base64_encode($signature),
    'X-TIMESTAMP' => $now,
    'debug-id' => '',
], ['grant_type' => 'client_credentials']);

$answers = [$token];
foreach ($order['calls'] as $call) {
    $now = date('c');
    $text = json_encode($call['body'], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    $parts = ['POST', $call['path'], $token['body']->accessToken, hash('sha256', $text), $now];
    $answers[] = sent($order['baseUrl'] . $call['path'], [
        'Content-Type' => 'application/json',
        'Accept' => 'application/json',
        'X-PARTNER-ID' => $sandbox['partnerId'],
        'X-EXTERNAL-ID' => $call['externalId'],
        'X-DEVICE-ID' => '',
        'CHANNEL-ID' => $sandbox['channelId'],
        'debug-id' => '',
        'Authorization' => 'Bearer ' . $token['body']->accessToken,
        'X-TIMESTAMP' => $now,
        'X-SIGNATURE' => base64_encode(hash_hmac('sha512', implode(':', $parts), $sandbox['clientSecret'], true)),
    ], $call['body']);
}
echo json_encode($answers);
