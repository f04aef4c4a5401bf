<?php // what a web server in front of WordPress does: files as they are, all else to index.php
if (preg_match('#^/uploads/([\w./-]+)\.(jpe?g|png|webp)$#', $_SERVER['REQUEST_URI'], $found) && is_file($upload = getenv('WP_UPLOADS') . "/$found[1].$found[2]")) {
    header('content-type: image/' . ($found[2] === 'jpg' ? 'jpeg' : $found[2])); readfile($upload); return true;
}
$path = $_SERVER['DOCUMENT_ROOT'] . rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
if (is_dir($path) && is_file(rtrim($path, '/') . '/index.php') && rtrim($path, '/') !== $_SERVER['DOCUMENT_ROOT']) $path = rtrim($path, '/') . '/index.php';
if (is_file($path)) {
    if (substr($path, -4) !== '.php') return false;
    $_SERVER['SCRIPT_NAME'] = substr($path, strlen($_SERVER['DOCUMENT_ROOT'])); $_SERVER['PHP_SELF'] = $_SERVER['SCRIPT_NAME'];
    chdir(dirname($path)); require $path; return true;
}
$_SERVER['SCRIPT_NAME'] = '/index.php'; chdir($_SERVER['DOCUMENT_ROOT']); require $_SERVER['DOCUMENT_ROOT'] . '/index.php';
