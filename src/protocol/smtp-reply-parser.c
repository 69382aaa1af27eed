/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "protocol/smtp-reply-parser.h"

#include <string.h>

#include "protocol/smtp-bytes.h"
#include "protocol/smtp-reply-private.h"

#define LONGEST_LINE 512   /* RFC 5321 section 4.5.3.1.5, with CRLF */
#define REST_LIMIT   65536 /* how much of what is not SMTP at all is kept */

struct _SmtpReplyParser
{
  gsize           limit;

  char           *bytes;       /* the reply so far */
  gsize           length;
  gsize           capacity;
  guint64         dropped;     /* bytes past the limit */

  guint32        *starts;      /* where each finished line starts */
  guint           n_lines;
  guint           n_starts_allocated;
  gsize           line_start;  /* where the unfinished line starts */

  guint           code;        /* of the last line that had one; 0: none yet */
  SmtpReplyFlaws  flaws;
};

/* As NUL is a flaw of its own, it is passed by here. */
static gboolean
is_utf8 (const char *line,
         gsize       length)
{
  const char *end = line + length;
  const char *at = line;

  while (!g_utf8_validate_len (at, (gsize) (end - at), &at))
    {
      if (*at != '\0')
        return FALSE;
      at++;
    }

  return TRUE;
}

static SmtpReplyFlaws
find_byte_flaws (const char *line,
                 gsize       length)
{
  const char *end = line + length;
  const char *at = line;
  SmtpReplyFlaws flaws = 0;

  while ((at = smtp_bytes_skip_plain (at, end)) < end)
    {
      if (*at == '\0')
        flaws |= SMTP_REPLY_FLAW_NUL;
      else if (*at == '\r')
        flaws |= SMTP_REPLY_FLAW_BARE_CR;
      else if ((guchar) *at >= 0x80)
        flaws |= SMTP_REPLY_FLAW_EIGHT_BIT;
      else if (*at != '\t')
        flaws |= SMTP_REPLY_FLAW_CONTROL;
      at++;
    }

  if ((flaws & SMTP_REPLY_FLAW_EIGHT_BIT) != 0 && !is_utf8 (line, length))
    flaws |= SMTP_REPLY_FLAW_INVALID_UTF8;

  return flaws;
}

/* The code of a line, or 0. @final tells whether the line ends a reply. */
static guint
parse_code (const char     *line,
            gsize           length,
            gboolean       *final,
            SmtpReplyFlaws *flaws)
{
  guint code;

  *final = TRUE;

  if (length < 3 || !g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1]) || !g_ascii_isdigit (line[2]) ||
      (length > 3 && g_ascii_isdigit (line[3])))
    {
      *flaws |= SMTP_REPLY_FLAW_NO_CODE;
      return 0;
    }

  code = (guint) (line[0] - '0') * 100 + (guint) (line[1] - '0') * 10 + (guint) (line[2] - '0');
  if (line[0] < '2' || line[0] > '5' || line[1] > '5')
    *flaws |= SMTP_REPLY_FLAW_BAD_CODE;

  if (length > 3)
    {
      if (line[3] == '-')
        *final = FALSE;
      else if (line[3] != ' ')
        *flaws |= SMTP_REPLY_FLAW_BAD_SEPARATOR;
    }

  return code;
}

static void
take_code (SmtpReplyParser *self,
           guint            code)
{
  if (code == 0)
    return;

  if (self->code != 0 && self->code != code)
    self->flaws |= SMTP_REPLY_FLAW_MIXED_CODES;
  self->code = code;
}

/* Weighs one line, line end included. Returns whether it ends the reply. */
static gboolean
take_line (SmtpReplyParser *self,
           const char      *line,
           gsize            length)
{
  gboolean is_first = self->n_lines == 0;
  gboolean final;
  guint code;

  if (length > LONGEST_LINE)
    self->flaws |= SMTP_REPLY_FLAW_LONG_LINE;

  length--;
  if (length > 0 && line[length - 1] == '\r')
    length--;
  else
    self->flaws |= SMTP_REPLY_FLAW_BARE_LF;

  self->flaws |= find_byte_flaws (line, length);

  code = parse_code (line, length, &final, &self->flaws);
  if (code == 0)
    return is_first;

  take_code (self, code);

  return final;
}

/* The flaws in the bytes of the line that is in the buffer, with or without its end. */
static void
note_byte_flaws (SmtpReplyParser *self)
{
  const char *line = self->bytes + self->line_start;
  gsize length = self->length - self->line_start;

  if (length > 0 && line[length - 1] == '\n')
    length--;
  if (length > 0 && line[length - 1] == '\r')
    length--;

  self->flaws |= find_byte_flaws (line, length);
}

static void
append (SmtpReplyParser *self,
        const char      *bytes,
        gsize            length)
{
  gsize room = self->limit - self->length;

  if (length > room)
    {
      self->dropped += length - room;
      self->flaws |= SMTP_REPLY_FLAW_TOO_LARGE;
      length = room;
    }

  if (self->length + length > self->capacity)
    {
      self->capacity = MAX (self->capacity * 2, MAX (self->length + length, 512));
      self->bytes = g_realloc (self->bytes, self->capacity);
    }

  if (length > 0)
    memcpy (self->bytes + self->length, bytes, length);
  self->length += length;
}

static void
end_line (SmtpReplyParser *self)
{
  if (self->n_lines == self->n_starts_allocated)
    {
      self->n_starts_allocated = MAX (self->n_starts_allocated * 2, 16);
      self->starts = g_renew (guint32, self->starts, self->n_starts_allocated);
    }

  self->starts[self->n_lines++] = (guint32) self->line_start;
  self->line_start = self->length;
}

static void
reset (SmtpReplyParser *self)
{
  self->bytes = NULL;
  self->starts = NULL;
  self->length = self->capacity = self->line_start = 0;
  self->n_lines = self->n_starts_allocated = 0;
  self->dropped = 0;
  self->code = 0;
  self->flaws = 0;
}

static SmtpReply *
make_reply (SmtpReplyParser *self)
{
  SmtpReply *reply;

  if (self->n_lines == 1 && self->length <= 4096 && self->dropped == 0)
    {
      reply = smtp_reply_new_copied (self->bytes, self->length, self->code, self->flaws);
      g_free (self->bytes);
      g_free (self->starts);
    }
  else
    {
      /* The blocks grew by doubling; what was never touched costs no memory once it is given back. */
      self->bytes = g_realloc (self->bytes, self->length);
      self->starts = g_renew (guint32, self->starts, self->n_lines);
      reply = smtp_reply_new_taken (self->bytes, self->length, self->starts, self->n_lines, self->code,
                                    self->flaws, self->dropped);
    }

  reset (self);

  return reply;
}

/**
 * smtp_reply_parser_new:
 * @limit: how many bytes of one reply are kept at most; 0 for %SMTP_REPLY_DEFAULT_LIMIT
 *
 * Returns: (transfer full): a parser at the start of a reply
 */
SmtpReplyParser *
smtp_reply_parser_new (gsize limit)
{
  SmtpReplyParser *self = g_new0 (SmtpReplyParser, 1);

  self->limit = limit == 0 ? SMTP_REPLY_DEFAULT_LIMIT : MIN (limit, G_MAXUINT32);

  return self;
}

/**
 * smtp_reply_parser_free:
 * @self: (transfer full): a parser
 */
void
smtp_reply_parser_free (SmtpReplyParser *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->bytes);
  g_free (self->starts);
  g_free (self);
}

/**
 * smtp_reply_parser_feed:
 * @self: a parser
 * @bytes: (array length=length): what came
 * @length: how much
 * @reply: (out) (transfer full) (nullable): the reply that these bytes completed
 *
 * Takes bytes up to the end of one reply (RFC 5321 section 4.2). A line ends with LF; a missing CR is a
 * flaw. When @reply is set the caller comes back with the bytes that were not taken; else all of them
 * were. Past the limit bytes are only counted, see smtp_reply_parser_is_full().
 *
 * Returns: the number of bytes taken
 */
gsize
smtp_reply_parser_feed (SmtpReplyParser  *self,
                        const char       *bytes,
                        gsize             length,
                        SmtpReply       **reply)
{
  gsize at = 0;

  g_return_val_if_fail (self != NULL, length);

  *reply = NULL;

  while (at < length)
    {
      const char *line = bytes + at;
      const char *lf = memchr (line, '\n', length - at);
      gsize taken = lf != NULL ? (gsize) (lf - line) + 1 : length - at;
      gboolean final;

      at += taken;

      if (lf != NULL && self->length == 0 && taken <= self->limit)
        {
          /* Most replies are one line that comes whole: no detour by the buffer. */
          if (take_line (self, line, taken))
            {
              *reply = smtp_reply_new_copied (line, taken, self->code, self->flaws);
              self->code = 0;
              self->flaws = 0;
              return at;
            }
          append (self, line, taken);
          end_line (self);
          continue;
        }

      append (self, line, taken);
      if (lf == NULL || self->dropped > 0)
        continue;

      final = take_line (self, self->bytes + self->line_start, self->length - self->line_start);
      end_line (self);
      if (final)
        {
          *reply = make_reply (self);
          return at;
        }
    }

  return at;
}

/**
 * smtp_reply_parser_finish:
 * @self: a parser
 *
 * Ends the reply that is under way, because no more will come or we wait no longer.
 *
 * Returns: (transfer full) (nullable): what there is of it, marked as incomplete, or %NULL when nothing
 *   came since the last reply
 */
SmtpReply *
smtp_reply_parser_finish (SmtpReplyParser *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->length == 0)
    return NULL;

  if (self->length > self->line_start)
    {
      const char *line = self->bytes + self->line_start;
      gsize length = self->length - self->line_start;
      gboolean half_ended = line[length - 1] == '\r';
      gboolean final;
      guint code = parse_code (line, half_ended ? length - 1 : length, &final, &self->flaws);

      note_byte_flaws (self);
      if (length > LONGEST_LINE)
        self->flaws |= SMTP_REPLY_FLAW_LONG_LINE;
      take_code (self, code);
      end_line (self);
    }

  self->flaws |= SMTP_REPLY_FLAW_INCOMPLETE;

  return make_reply (self);
}

/**
 * smtp_reply_parser_take_rest:
 * @self: a parser
 * @bytes: (array length=length): what else came
 * @length: how much
 *
 * Makes one reply without a code out of everything not yet given out and @bytes: for a peer that does
 * not speak SMTP, and for bytes that arrive when the dialogue is over. Keeps up to 64 KiB.
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL when there are none
 */
SmtpReply *
smtp_reply_parser_take_rest (SmtpReplyParser *self,
                             const char      *bytes,
                             gsize            length)
{
  gsize limit;
  gsize at = 0;

  g_return_val_if_fail (self != NULL, NULL);

  limit = self->limit;
  self->limit = MAX (MIN (limit, REST_LIMIT), self->length);

  while (at < length)
    {
      const char *lf = memchr (bytes + at, '\n', length - at);
      gsize taken = lf != NULL ? (gsize) (lf - (bytes + at)) + 1 : length - at;

      append (self, bytes + at, taken);
      at += taken;
      if (lf != NULL && self->dropped == 0)
        {
          note_byte_flaws (self);
          end_line (self);
        }
    }

  self->limit = limit;
  if (self->length == 0)
    return NULL;

  if (self->length > self->line_start)
    {
      note_byte_flaws (self);
      end_line (self);
    }
  self->code = 0;
  self->flaws |= SMTP_REPLY_FLAW_NO_CODE;

  return make_reply (self);
}

/**
 * smtp_reply_parser_get_pending:
 * @self: a parser
 * @bytes: (out) (optional) (transfer none) (nullable): the bytes, valid until the parser is fed again
 *
 * Returns: how many bytes of an unfinished reply are waiting
 */
gsize
smtp_reply_parser_get_pending (SmtpReplyParser  *self,
                               const char      **bytes)
{
  g_return_val_if_fail (self != NULL, 0);

  if (bytes != NULL)
    *bytes = self->bytes;

  return self->length;
}

/**
 * smtp_reply_parser_is_full:
 * @self: a parser
 *
 * Returns: whether the reply under way went past the limit
 */
gboolean
smtp_reply_parser_is_full (SmtpReplyParser *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->dropped > 0;
}
