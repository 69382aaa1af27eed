/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Starts a program, waits for the first picture in its first window, and prints what that took:
 *
 *   window [-l MILLISECONDS] COMMAND [ARGUMENT…]
 *   map_ms=N picture_ms=N cpu_ms=N rss_mb=N anonymous_mb=N size=WxH
 *
 * All is seen from outside, by an X client of its own: the window is mapped when the server says so, and has its
 * picture when, after drawing was reported, its pixels are not all of one colour. The program need not help. No
 * window manager may run, and no other program show a window. Memory is read `-l` (default 1000) ms after the picture,
 * then the program is ended. */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LONGEST_WAIT_MS 60000
#define LOOKS 8 /* rows and columns of pixels looked at */

typedef struct
{
  Display *display;
  int damage_event;
  pid_t pid;
  double started;
  Window window;
  Damage damage;
  int width;
  int height;
  double mapped;  /* ms after the start; 0: not yet */
  double pictured;
  double cpu;
} Watch;

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

/* A window may go at any time; what was asked about it then fails, and that is all. */
static int
ignore_error (Display *display, XErrorEvent *event)
{
  return 0;
}

static bool
has_two_colours (XImage *image)
{
  unsigned long first = XGetPixel (image, 0, 0);

  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++)
      if (XGetPixel (image, x, y) != first)
        return true;
  return false;
}

static bool
strip_has_picture (Watch *watch, int x, int y, int width, int height)
{
  XImage *image = XGetImage (watch->display, watch->window, x, y, (unsigned) width, (unsigned) height, AllPlanes,
                             ZPixmap);
  bool found;

  if (image == NULL)
    return false;
  found = has_two_colours (image);
  XDestroyImage (image);
  return found;
}

static bool
has_picture (Watch *watch)
{
  /* the middle first: something is often there */
  if (strip_has_picture (watch, 0, watch->height / 2, watch->width, 1))
    return true;
  for (int i = 0; i < LOOKS; i++)
    if (strip_has_picture (watch, 0, watch->height * i / LOOKS, watch->width, 1)
        || strip_has_picture (watch, watch->width * i / LOOKS, 0, 1, watch->height))
      return true;
  return false;
}

/* Processor time of the program so far; the kernel counts it in steps of 10 ms. */
static double
cpu_time (pid_t pid)
{
  char path[64], text[1024] = "";
  unsigned long user = 0, system = 0;
  const char *name_end;
  FILE *file;

  snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  file = fopen (path, "r");
  if (file == NULL)
    return 0;
  if (fgets (text, sizeof text, file) != NULL && (name_end = strrchr (text, ')')) != NULL)
    sscanf (name_end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
  fclose (file);
  return (double) (user + system) * 1e3 / (double) sysconf (_SC_CLK_TCK);
}

static double
memory (pid_t pid, const char *key)
{
  char path[64], line[256];
  double megabytes = 0;
  FILE *file;

  snprintf (path, sizeof path, "/proc/%d/status", (int) pid);
  file = fopen (path, "r");
  if (file == NULL)
    return 0;
  while (fgets (line, sizeof line, file) != NULL)
    if (strncmp (line, key, strlen (key)) == 0)
      megabytes = atof (line + strlen (key)) / 1024;
  fclose (file);
  return megabytes;
}

static void
look (Watch *watch)
{
  if (watch->pictured > 0 || !has_picture (watch))
    return;
  watch->pictured = now () - watch->started;
  watch->cpu = cpu_time (watch->pid);
}

static void
handle_map (Watch *watch, const XMapEvent *event)
{
  XWindowAttributes attributes;

  if (watch->window != None || event->override_redirect
      || !XGetWindowAttributes (watch->display, event->window, &attributes)
      || attributes.width <= 10 || attributes.height <= 10)
    return;
  watch->mapped = now () - watch->started;
  watch->window = event->window;
  watch->width = attributes.width;
  watch->height = attributes.height;
  watch->damage = XDamageCreate (watch->display, watch->window, XDamageReportNonEmpty);
  look (watch); /* it may have been drawn before we began to watch */
}

static void
handle_event (Watch *watch)
{
  XEvent event;

  XNextEvent (watch->display, &event);
  if (event.type == MapNotify)
    handle_map (watch, &event.xmap);
  else if (event.type == watch->damage_event && watch->window != None)
    {
      XDamageSubtract (watch->display, watch->damage, None, None);
      look (watch);
    }
}

static bool
watch_until (Watch *watch, double linger)
{
  for (;;)
    {
      double elapsed = now () - watch->started;
      struct pollfd descriptor = { .fd = ConnectionNumber (watch->display), .events = POLLIN };

      if (watch->pictured > 0 && elapsed > watch->pictured + linger)
        return true;
      if (elapsed > LONGEST_WAIT_MS || waitpid (watch->pid, NULL, WNOHANG) == watch->pid)
        return false;
      if (XPending (watch->display) > 0)
        handle_event (watch);
      else
        poll (&descriptor, 1, 20);
    }
}

static void
end_program (pid_t pid)
{
  double begin = now ();

  kill (pid, SIGTERM);
  while (waitpid (pid, NULL, WNOHANG) == 0)
    {
      if (now () - begin > 2000)
        kill (pid, SIGKILL);
      poll (NULL, 0, 10);
    }
}

int
main (int argc, char **argv)
{
  Watch watch = { 0 };
  double linger = 1000;
  int option, error_base;
  bool seen;

  while ((option = getopt (argc, argv, "+l:")) != -1)
    {
      if (option != 'l')
        return 2;
      linger = atof (optarg);
    }
  if (optind == argc)
    return 2;
  watch.display = XOpenDisplay (NULL);
  if (watch.display == NULL || !XDamageQueryExtension (watch.display, &watch.damage_event, &error_base))
    {
      fputs ("window: needs an X server with the DAMAGE extension\n", stderr);
      return 2;
    }
  watch.damage_event += XDamageNotify;
  XSetErrorHandler (ignore_error);
  XSelectInput (watch.display, DefaultRootWindow (watch.display), SubstructureNotifyMask);
  XSync (watch.display, False);

  watch.started = now ();
  errno = posix_spawnp (&watch.pid, argv[optind], NULL, NULL, argv + optind, environ);
  if (errno != 0)
    {
      perror (argv[optind]);
      return 2;
    }
  seen = watch_until (&watch, linger);
  if (seen)
    printf ("map_ms=%.1f picture_ms=%.1f cpu_ms=%.0f rss_mb=%.1f anonymous_mb=%.1f size=%dx%d\n", watch.mapped,
            watch.pictured, watch.cpu, memory (watch.pid, "VmRSS:"), memory (watch.pid, "RssAnon:"), watch.width,
            watch.height);
  else
    fprintf (stderr, "window: %s showed nothing\n", argv[optind]);
  end_program (watch.pid);
  return seen ? 0 : 1;
}
