/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-content-source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PIECE_SIZE (512 * 1024)

struct _SmtpContentSource
{
  SmtpContentReadyFunc  ready;
  gpointer              user_data;
  int                   io_priority;

  GBytes               *memory;     /* or: */
  GInputStream         *stream;
  GCancellable         *cancellable;
  GError               *error;
  gboolean              ended;      /* the file has no more */
  gboolean              reading;
  guint64               total;      /* the size when it was opened; 0 if that is not known */
  guint64               have_read;

  const char           *piece;      /* what is handed out now */
  gsize                 piece_length;
  gsize                 piece_taken;
  char                 *buffers[2]; /* one is handed out, the other is read into */
  int                   reading_into;
  gsize                 ahead;      /* how much the other holds */
};

static void
fail (SmtpContentSource *self,
      GError            *error)
{
  self->reading = FALSE;
  self->error = error;
  self->ready (self->user_data);
}

static void
on_read (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  SmtpContentSource *self = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);  /* self is gone */
      return;
    }

  if (n < 0)
    {
      fail (self, error);
      return;
    }

  self->reading = FALSE;
  self->have_read += (guint64) n;
  /* Asking for more only to hear that there is none costs a small message as much as reading it. */
  self->ended = n == 0 || (self->total > 0 && self->have_read >= self->total);
  self->ahead = (gsize) n;
  self->ready (self->user_data);
}

static void
read_ahead (SmtpContentSource *self)
{
  if (self->stream == NULL || self->reading || self->ended || self->error != NULL || self->ahead > 0)
    return;

  self->reading = TRUE;
  g_input_stream_read_async (self->stream, self->buffers[self->reading_into], PIECE_SIZE, self->io_priority,
                             self->cancellable, on_read, self);
}

/* Without a size, as of a pipe, there is no percentage; the text can be sent all the same. Of an open file the system
 * knows it without looking at the disk. */
static guint64
find_size (GFileInputStream *stream)
{
  g_autoptr (GFileInfo) info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, NULL);

  return info != NULL ? (guint64) g_file_info_get_size (info) : 0;
}

static void
on_opened (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  SmtpContentSource *self = user_data;
  GError *error = NULL;
  GFileInputStream *stream = g_file_read_finish (G_FILE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      return;
    }

  if (stream == NULL)
    {
      fail (self, error);
      return;
    }

  self->stream = G_INPUT_STREAM (stream);
  self->total = find_size (stream);
  self->reading = FALSE;
  read_ahead (self);
}

/**
 * smtp_content_source_new:
 * @plan: a plan with a message
 * @io_priority: for reading
 * @ready: called when there is something to take after there was nothing; never during this call
 * @user_data: for @ready
 *
 * Returns: (transfer full): the message text from its start
 */
SmtpContentSource *
smtp_content_source_new (SmtpPlan             *plan,
                         int                   io_priority,
                         SmtpContentReadyFunc  ready,
                         gpointer              user_data)
{
  SmtpContentSource *self = g_new0 (SmtpContentSource, 1);
  const char *path = smtp_plan_get_message_file (plan);

  self->ready = ready;
  self->user_data = user_data;
  self->io_priority = io_priority;
  self->cancellable = g_cancellable_new ();

  if (path != NULL)
    {
      /* Straight from the system: the default would first look for modules, and with GVfs call the session bus. */
      g_autoptr (GFile) file = g_vfs_get_file_for_path (g_vfs_get_local (), path);

      self->buffers[0] = g_malloc (PIECE_SIZE);
      self->buffers[1] = g_malloc (PIECE_SIZE);
      self->reading = TRUE;
      g_file_read_async (file, io_priority, self->cancellable, on_opened, self);
    }
  else
    {
      self->memory = g_bytes_ref (smtp_plan_get_message (plan));
      self->piece = g_bytes_get_data (self->memory, &self->piece_length);
      self->total = self->piece_length;
      self->ended = TRUE;
    }

  return self;
}

/**
 * smtp_content_source_free:
 * @self: (transfer full): a source
 */
void
smtp_content_source_free (SmtpContentSource *self)
{
  g_cancellable_cancel (self->cancellable);

  if (self->reading && self->stream != NULL)
    {
      /* A thread may still be writing into a buffer: the buffers live as long as the
       * stream, which the read keeps alive. */
      char **buffers = g_new0 (char *, 3);

      buffers[0] = g_steal_pointer (&self->buffers[0]);
      buffers[1] = g_steal_pointer (&self->buffers[1]);
      g_object_set_data_full (G_OBJECT (self->stream), "smtp-buffers", buffers, (GDestroyNotify) g_strfreev);
    }

  g_clear_object (&self->cancellable);
  g_clear_object (&self->stream);
  g_clear_pointer (&self->memory, g_bytes_unref);
  g_clear_error (&self->error);
  g_free (self->buffers[0]);
  g_free (self->buffers[1]);
  g_free (self);
}

/**
 * smtp_content_source_take:
 * @self: a source
 * @most: how much to take at the most
 * @bytes: (out): the bytes, valid until the next call
 * @length: (out): how much
 *
 * Returns: whether there was something; if not it is not there yet, has ended, or failed
 */
gboolean
smtp_content_source_take (SmtpContentSource  *self,
                          gsize               most,
                          const char        **bytes,
                          gsize              *length)
{
  if (self->piece_taken == self->piece_length && self->ahead > 0)
    {
      self->piece = self->buffers[self->reading_into];
      self->piece_length = self->ahead;
      self->piece_taken = 0;
      self->ahead = 0;
      self->reading_into = !self->reading_into;
      read_ahead (self);
    }

  *bytes = self->piece + self->piece_taken;
  *length = MIN (most, self->piece_length - self->piece_taken);
  self->piece_taken += *length;

  return *length > 0;
}

/**
 * smtp_content_source_is_ended:
 * @self: a source
 *
 * Returns: whether everything was taken
 */
gboolean
smtp_content_source_is_ended (SmtpContentSource *self)
{
  return self->ended && self->ahead == 0 && self->piece_taken == self->piece_length;
}

/**
 * smtp_content_source_get_error:
 * @self: a source
 *
 * Returns: (transfer none) (nullable): why reading failed
 */
const GError *
smtp_content_source_get_error (SmtpContentSource *self)
{
  return self->error;
}

/**
 * smtp_content_source_get_total:
 * @self: a source
 *
 * Returns: the size of the message, 0 while it is not known
 */
guint64
smtp_content_source_get_total (SmtpContentSource *self)
{
  return self->total;
}

/**
 * smtp_content_source_check:
 * @path: the path of a message file
 * @error: return location for an error
 *
 * Whether the file is there, is a file, and may be read: to be asked before anything is sent.
 *
 * Returns: %TRUE if so; else @error is %SMTP_PLAN_ERROR_FILE with the system's words
 */
gboolean
smtp_content_source_check (const char  *path,
                           GError     **error)
{
  int problem = 0;

  if (access (path, R_OK) != 0)
    problem = errno;
  else if (g_file_test (path, G_FILE_TEST_IS_DIR))
    problem = EISDIR;
  if (problem == 0)
    return TRUE;

  g_set_error (error, SMTP_PLAN_ERROR, SMTP_PLAN_ERROR_FILE, "%s: %s", path, g_strerror (problem));

  return FALSE;
}
