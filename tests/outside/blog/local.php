<?php // a must-use plugin: servers of the tests, on any port of this machine, may be asked for what is to be embedded
add_filter('http_request_host_is_external', '__return_true');
add_filter('http_allowed_safe_ports', fn($ports, $host, $url) => [...$ports, (int) parse_url($url, PHP_URL_PORT)], 10, 3);
add_filter('block_local_requests', '__return_false');
add_filter('pre_option_upload_path', fn() => getenv('WP_UPLOADS'));   // beside the files of the site, which every run shares
add_filter('pre_option_upload_url_path', fn() => getenv('WP_URL') . '/uploads');
