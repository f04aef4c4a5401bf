<?php // makes the site once: an admin, an author, a subscriber, and an application password for each, as JSON on standard output
define('WP_INSTALLING', true); $_SERVER['HTTP_HOST'] = '127.0.0.1'; $_SERVER['REQUEST_URI'] = '/';
function wp_mail() { return true; }
require getenv('WP_SITE') . '/wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Björkens kommun', 'admin', 'admin@example.org', true, '', 'adminpw', 'sv_SE');
global $wp_rewrite; $wp_rewrite->set_permalink_structure('/%postname%/'); $wp_rewrite->flush_rules(false);
$made = [];
foreach (['admin' => '', 'trygghet' => 'author', 'reader' => 'subscriber'] as $name => $role) {
    $id = $role ? wp_insert_user(['user_login' => $name, 'user_pass' => wp_generate_password(), 'user_email' => "$name@example.org", 'role' => $role]) : 1;
    list($made[$name]) = WP_Application_Passwords::create_new_application_password($id, ['name' => 'Trygghet']);
}
echo "\n" . json_encode($made);
