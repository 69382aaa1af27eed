/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "protocol/smtp-content.h"

#include <string.h>

#define LONGEST_LINE 998 /* RFC 5321 section 4.5.3.1.6, without CRLF */

static void
put (GByteArray *out,
     const char *bytes,
     gsize       length)
{
  if (length > 0)
    g_byte_array_append (out, (const guint8 *) bytes, (guint) length);
}

static void
end_line (SmtpContent *self)
{
  self->n_lines++;
  if (self->column > LONGEST_LINE)
    self->n_long_lines++;
  self->column = 0;
}

static void
end_odd_line (SmtpContent *self,
              GByteArray  *out)
{
  put (out, "\r\n", 2);
  self->n_line_ends++;
  end_line (self);
}

/* A CR was the last byte so far: with an LF behind it, it is a line end as it should be. */
static const char *
take_after_cr (SmtpContent *self,
               const char  *at,
               GByteArray  *out)
{
  self->cr = FALSE;
  if (*at == '\n')
    {
      put (out, "\r\n", 2);
      end_line (self);
      return at + 1;
    }

  end_odd_line (self, out);

  return at;
}

/**
 * smtp_content_push:
 * @self: the filter
 * @bytes: (array length=length): message text
 * @length: how much
 * @out: where the text for the wire is appended
 *
 * Passes a piece of text. Lines that need no change are copied many at a time.
 */
void
smtp_content_push (SmtpContent *self,
                   const char  *bytes,
                   gsize        length,
                   GByteArray  *out)
{
  const char *end = bytes + length;
  const char *at = bytes;
  const char *copied = bytes;  /* everything before it is in out */
  const char *cr;

  self->n_bytes += length;
  if (length == 0)
    return;

  if (self->cr)
    at = copied = take_after_cr (self, at, out);

  cr = memchr (at, '\r', (gsize) (end - at));

  while (at < end)
    {
      const char *lf;

      if (self->column == 0 && *at == '.')
        {
          put (out, copied, (gsize) (at - copied));
          put (out, ".", 1);
          self->n_stuffed++;
          copied = at;
        }

      lf = memchr (at, '\n', (gsize) ((cr != NULL ? cr : end) - at));
      if (lf != NULL)
        {
          put (out, copied, (gsize) (lf - copied));
          self->column += (gsize) (lf - at);
          end_odd_line (self, out);
          at = copied = lf + 1;
          continue;
        }

      self->column += (gsize) ((cr != NULL ? cr : end) - at);
      if (cr == NULL)
        break;

      if (cr + 1 == end)
        {
          put (out, copied, (gsize) (cr - copied));
          self->cr = TRUE;
          return;
        }

      if (cr[1] == '\n')
        {
          end_line (self);
          at = cr + 2;
        }
      else
        {
          put (out, copied, (gsize) (cr - copied));
          end_odd_line (self, out);
          at = copied = cr + 1;
        }
      cr = memchr (at, '\r', (gsize) (end - at));
    }

  put (out, copied, (gsize) (end - copied));
}

/**
 * smtp_content_finish:
 * @self: the filter
 * @out: where the text for the wire is appended
 *
 * Ends the last line where the text did not. The final dot is not part of the text and not added here.
 */
void
smtp_content_finish (SmtpContent *self,
                     GByteArray  *out)
{
  if (self->cr)
    {
      self->cr = FALSE;
      end_odd_line (self, out);
    }
  else if (self->column > 0)
    {
      put (out, "\r\n", 2);
      end_line (self);
    }
}
