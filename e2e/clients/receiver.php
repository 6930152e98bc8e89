<?php
// A merchant's notification page in PHP, for its built-in server, with the habits of the official SDK's example: headers
// are looked for by their exact spelling, the path that was signed is what follows the page's name, and the body is
// decoded and encoded again before it is hashed.
//
// Writes one line of JSON to stderr for each notification; NOTIFICATION_KEY is the gateway's public key.

$headers = getallheaders();
$page = '/notification.php';
$path = strstr($_SERVER['REQUEST_URI'], $page);
$raw = file_get_contents('php://input');
$text = implode(':', [
    'POST',
    $path === false ? '' : substr($path, strlen($page)),
    hash('sha256', json_encode(json_decode($raw))),
    $headers['X-Timestamp'] ?? 'missing',
]);
$signature = base64_decode($headers['X-Signature'] ?? '');
$verified = openssl_verify($text, $signature, getenv('NOTIFICATION_KEY'), OPENSSL_ALGO_SHA256) === 1;
$seen = ['verified' => $verified, 'path' => $_SERVER['REQUEST_URI'], 'values' => $headers, 'raw' => $raw];
file_put_contents('php://stderr', json_encode($seen) . "\n");
header('Content-Type: application/json');
http_response_code($verified ? 200 : 401);
echo json_encode(['responseCode' => $verified ? '2005600' : '4015600', 'responseMessage' => '']);
