"""A WordPress to be measured beside, as goals P3 and P5 name it: Debian's own, with its default theme and a classic one, and our page's text inside.

It has what a good host gives it: php-fpm with four processes that stay, opcache that never looks at the files again, a database of its own kind on
the same core, and no cron, updates or mail. Its page is as little kept as ours: no cache of pages, neither in it nor before it.
`apt-get install --no-install-recommends wordpress wordpress-theme-twentytwentythree wordpress-theme-twentytwentyone php-fpm php-mysql mariadb-server`
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import parts

from trygghet import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

THEMES = {"WordPress, default theme": "twentytwentythree", "WordPress, classic theme": "twentytwentyone"}
SOURCE = Path("/usr/share/wordpress")
MARK = "wordpress-has-our-page"
PINNED = ["taskset", "-c", "0"]
CONFIG = """<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'root'); define('DB_PASSWORD', ''); define('DB_HOST', 'localhost:%(socket)s');
define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $one) { define($one . '_KEY', hash('sha256', $one)); define($one . '_SALT', md5($one)); }
define('WP_HOME', $_SERVER['HOME_URL'] ?? getenv('HOME_URL')); define('WP_SITEURL', WP_HOME);
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
$table_prefix = ($_SERVER['THEME'] ?? getenv('THEME')) . '_';
if (!defined('ABSPATH')) { define('ABSPATH', __DIR__ . '/'); }
require_once ABSPATH . 'wp-settings.php';
"""
INSTALL = """<?php
define('WP_INSTALLING', true); $_SERVER['HTTP_HOST'] = '127.0.0.1'; $_SERVER['REQUEST_URI'] = '/';
function wp_mail() { return true; }
require __DIR__ . '/wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Medborgarlöften', 'admin', 'admin@example.org', true, '', 'unused password');
switch_theme(getenv('THEME'));
update_option('permalink_structure', '/%postname%/'); delete_option('rewrite_rules');   // made anew at the first request
kses_remove_filters();
$page = ['post_type' => 'page', 'post_status' => 'publish', 'post_title' => 'Löften', 'post_name' => 'loften', 'post_content' => wp_slash(file_get_contents(getenv('TEXT')))];
if (is_wp_error($made = wp_insert_post($page, true))) { fwrite(STDERR, $made->get_error_message()); exit(1); }
"""
POOL = """[global]
daemonize = no
error_log = %(home)s/php.log
[www]
listen = %(home)s/php.sock
listen.mode = 0666
pm = static
pm.max_children = 4
"""


class Lacking(Exception):
    """It cannot be measured beside; the text says what is not installed."""


def _programs() -> dict[str, str]:
    """Where php-fpm, php of the same version, MariaDB and what makes its tables are. Raises `Lacking`."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    fpm = next((str(one) for one in sorted(Path("/usr/sbin").glob("php-fpm*"))), None)
    named = {"php-fpm": fpm, "php": shutil.which("php" + (fpm or "").rpartition("php-fpm")[2], path=path)}
    named |= {one: shutil.which(one, path=path) for one in ("mariadbd", "mariadb-install-db", "nginx", "taskset")}
    lacking = [name for name, found in named.items() if found is None]
    lacking += [str(one) for one in (SOURCE, *(SOURCE / "wp-content/themes" / one for one in THEMES.values())) if not one.is_dir()]
    if lacking:
        raise Lacking(f"WordPress is not measured beside (P3 and half of P5): {', '.join(lacking)} not installed, see benchmarks/wordpress.py")
    return {name: found for name, found in named.items() if found is not None}


def content(page: str) -> str:
    """What stands in our page's `<main>`, as one block of HTML that its editor would leave alone."""
    inside = re.search(r"<main[^>]*>(.*)</main>", page, re.DOTALL)
    assert inside is not None, "our page has no main"
    return f"<!-- wp:html -->\n<div>{inside[1]}<p>{MARK}</p></div>\n<!-- /wp:html -->"


@contextlib.contextmanager
def running(home: Path, page: str) -> Iterator[dict[str, str]]:
    """The address of the page in each theme, every process on the first core; none, and a sentence about why, where it is not installed."""
    try:
        programs = _programs()
    except Lacking as why:
        parts.say(f"  {why}")
        yield {}
        return
    home.mkdir()
    home.chmod(0o755)
    site = home / "site"
    shutil.copytree(SOURCE, site, ignore_dangling_symlinks=True)
    (site / "wp-config.php").write_text(CONFIG % {"socket": home / "db.sock"})
    (site / "install.php").write_text(INSTALL)
    (home / "text").write_text(content(page))
    ports = {theme: embedded.free_port() for theme in THEMES.values()}
    with _database(home, programs):
        for theme, port in ports.items():
            environ = {**os.environ, "THEME": theme, "HOME_URL": f"http://127.0.0.1:{port}", "TEXT": str(home / "text")}
            done = subprocess.run([programs["php"], site / "install.php"], env=environ, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr + done.stdout
        with _web(home, programs, ports):
            yield {name: _seen(f"http://127.0.0.1:{ports[theme]}/loften/") for name, theme in THEMES.items()}


@contextlib.contextmanager
def _database(home: Path, programs: dict[str, str]) -> Iterator[None]:
    user = ["--user=root"] if os.geteuid() == 0 else []
    folder = f"--datadir={home / 'database'}"
    made = [programs["mariadb-install-db"], "--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", folder, *user]
    subprocess.run(made, capture_output=True, check=True)
    server = [
        programs["mariadbd"],
        "--no-defaults",
        folder,
        f"--socket={home / 'db.sock'}",
        f"--pid-file={home / 'db.pid'}",
        "--skip-networking",
        *user,
    ]
    with parts.program([*PINNED, *server], log=home / "database.log"):
        parts.until((home / "db.sock").exists, 60, 0.1)
        asked = [shutil.which("mariadb") or "mysql", "--no-defaults", f"--socket={home / 'db.sock'}", "-uroot", "-e", "CREATE DATABASE wordpress"]
        subprocess.run(asked, capture_output=True, check=True)
        yield


@contextlib.contextmanager
def _web(home: Path, programs: dict[str, str], ports: dict[str, int]) -> Iterator[None]:
    """Four PHP processes for both, and nginx before them."""
    is_root = os.geteuid() == 0
    (home / "pool.conf").write_text(POOL % {"home": home} + ("user = root\ngroup = root\n" if is_root else ""))
    servers = "\n".join(
        f"server {{ listen 127.0.0.1:{port}; root {home}/site; index index.php; access_log off;"
        " location / { try_files $uri $uri/ /index.php?$args; }"
        " location ~ \\.php$ { include /etc/nginx/fastcgi_params; fastcgi_param HTTP_HOST $host:$server_port;"
        " fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;"
        f" fastcgi_param THEME {theme}; fastcgi_param HOME_URL http://127.0.0.1:{port}; fastcgi_pass unix:{home}/php.sock; }} }}"
        for theme, port in ports.items()
    )
    temporary = "".join(f"{kind}_temp_path {home}/t-{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (home / "nginx.conf").write_text(
        f"daemon off; {'user root;' if is_root else ''} worker_processes 1; pid {home}/nginx.pid; error_log {home}/nginx.log;"
        f" events {{ worker_connections 512; }} http {{ include /etc/nginx/mime.types; sendfile on; {temporary}\n{servers}\n}}"
    )
    steady = ["-d", "opcache.enable=1", "-d", "opcache.validate_timestamps=0"]
    fpm = [programs["php-fpm"], *(["--allow-to-run-as-root"] if is_root else []), *steady, "--fpm-config", home / "pool.conf"]
    with parts.program([*PINNED, *fpm], log=home / "php.out"):
        parts.until((home / "php.sock").exists, 30, 0.1)
        with parts.program([*PINNED, programs["nginx"], "-c", home / "nginx.conf", "-e", home / "nginx.log"]):
            yield


def _seen(address: str) -> str:
    """The same address, when it answers with the page."""

    def is_there() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            answer = httpx.get(address, timeout=30, trust_env=False)
            return answer.status_code == 200 and MARK in answer.text
        return False

    parts.until(is_there, 60, 0.2)
    return address
