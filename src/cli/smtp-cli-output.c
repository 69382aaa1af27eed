/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/smtp-cli-output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_OWN_FAULT 1

static gboolean output_failed;

static gboolean
write_all (int         fd,
           const char *bytes,
           gsize       length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, bytes, length);

      if (n > 0)
        {
          bytes += n;
          length -= (gsize) n;
        }
      else if (errno == EAGAIN)
        {
          /* Whoever shares the pipe with us has made it so. */
          GPollFD room = { fd, G_IO_OUT, 0 };

          g_poll (&room, 1, -1);
        }
      else if (errno != EINTR)
        {
          return FALSE;
        }
    }

  return TRUE;
}

/* For what leaves by g_print(), as in GOption's --help: a full disk must not pass for success. */
static void
on_exit_of_program (void)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return;

  smtp_cli_complain_of_output ();
  _exit (EXIT_OWN_FAULT);
}

/**
 * smtp_cli_prepare_output:
 *
 * To be called before anything is opened. A standard descriptor that the caller has closed would be given to
 * the next file or socket, and what is printed would go there; it is taken by something that refuses it.
 */
void
smtp_cli_prepare_output (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    {
      if (fcntl (fd, F_GETFD) < 0 && errno == EBADF)
        open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }

  atexit (on_exit_of_program);
}

/**
 * smtp_cli_complain_of_output:
 *
 * Says on standard error that standard output did not take everything.
 */
void
smtp_cli_complain_of_output (void)
{
  g_printerr ("smtp-probe-cli: %s\n", _("the result could not be written to standard output"));
}

/**
 * smtp_cli_write:
 * @bytes: (array length=length): what to write
 * @length: how much
 *
 * Writes to standard output. After a failure everything further is dropped.
 *
 * Returns: whether all of the output so far was written
 */
gboolean
smtp_cli_write (const char *bytes,
                gsize       length)
{
  if (!output_failed && !write_all (STDOUT_FILENO, bytes, length))
    output_failed = TRUE;

  return !output_failed;
}

/* Writes into what is there: a device, a pipe. */
static gboolean
write_through (const char  *path,
               const char  *bytes,
               gsize        length,
               GError     **error)
{
  int fd = g_open (path, O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
  gboolean written = fd >= 0 && write_all (fd, bytes, length);
  int reason = errno;

  if (fd >= 0 && close (fd) < 0 && written)
    {
      reason = errno;
      written = FALSE;
    }

  if (!written)
    g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (reason), "%s: %s", path, g_strerror (reason));

  return written;
}

/**
 * smtp_cli_write_file:
 * @path: where to write
 * @bytes: (array length=length): what to write
 * @length: how much
 * @error: return location for a #GFileError
 *
 * Replaces a file as a whole or not at all, where a link leads to, with the permissions it had. What is there
 * and is no file stays and is written into: root would otherwise put a file in the place of /dev/null.
 *
 * Returns: whether all was written
 */
gboolean
smtp_cli_write_file (const char  *path,
                     const char  *bytes,
                     gsize        length,
                     GError     **error)
{
  char *real = realpath (path, NULL);
  const char *target = real != NULL ? real : path;
  struct stat info;
  gboolean exists = stat (target, &info) == 0;
  gboolean written;

  if (exists && !S_ISREG (info.st_mode))
    written = write_through (target, bytes, length, error);
  else
    written = g_file_set_contents_full (target, bytes, (gssize) length,
                                        G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                        exists ? (int) info.st_mode & 0777 : 0666, error);
  free (real);

  return written;
}
