/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "protocol/smtp-reply.h"

#include <string.h>

#include "protocol/smtp-reply-private.h"

struct _SmtpReply
{
  grefcount       refs;
  SmtpReplyFlaws  flaws;
  guint           code;
  guint           n_lines;
  gsize           length;
  guint64         dropped;
  char           *raw;     /* points at inlined for the common short reply, else to its own block */
  guint32        *starts;  /* where each line starts in raw; NULL when there is only one */
  char            inlined[];
};

G_DEFINE_BOXED_TYPE (SmtpReply, smtp_reply, smtp_reply_ref, smtp_reply_unref)

static const char *const flaw_ids[SMTP_REPLY_N_FLAWS] = {
  "no-code", "bad-code", "bad-separator", "mixed-codes", "bare-lf", "bare-cr", "nul", "control-character",
  "eight-bit", "invalid-utf8", "long-line", "incomplete", "too-large", "enhanced-class-clash",
};

/* One number of an enhanced status code: one to three digits, no leading zero. */
static const char *
parse_number (const char *at,
              const char *end,
              guint      *number)
{
  const char *start = at;

  *number = 0;
  while (at < end && at - start < 3 && g_ascii_isdigit (*at))
    *number = *number * 10 + (guint) (*at++ - '0');

  if (at == start || (*start == '0' && at - start > 1))
    return NULL;

  return at;
}

static gboolean
parse_enhanced (const char       *text,
                gsize             length,
                SmtpEnhancedCode *enhanced)
{
  const char *end = text + length;
  const char *at = text;
  guint subject;
  guint detail;

  if (length < 5 || (*at != '2' && *at != '4' && *at != '5') || at[1] != '.')
    return FALSE;

  at = parse_number (text + 2, end, &subject);
  if (at == NULL || at == end || *at != '.')
    return FALSE;

  at = parse_number (at + 1, end, &detail);
  if (at == NULL || (at < end && *at != ' ' && *at != '\t'))
    return FALSE;

  enhanced->klass = (guint8) (*text - '0');
  enhanced->subject = (guint16) subject;
  enhanced->detail = (guint16) detail;

  return TRUE;
}

static void
note_clash (SmtpReply *self)
{
  SmtpEnhancedCode enhanced;

  if (smtp_reply_get_enhanced (self, &enhanced) && enhanced.klass != self->code / 100)
    self->flaws |= SMTP_REPLY_FLAW_ENHANCED_CLASH;
}

/* Makes a one-line reply out of a copy of @raw: one allocation, as most replies are short. */
SmtpReply *
smtp_reply_new_copied (const char     *raw,
                       gsize           length,
                       guint           code,
                       SmtpReplyFlaws  flaws)
{
  SmtpReply *self = g_malloc (sizeof (SmtpReply) + length);

  g_ref_count_init (&self->refs);
  self->flaws = flaws;
  self->code = code;
  self->n_lines = 1;
  self->length = length;
  self->dropped = 0;
  self->raw = self->inlined;
  self->starts = NULL;
  memcpy (self->inlined, raw, length);
  note_clash (self);

  return self;
}

/* Makes a reply of any number of lines; takes @raw and @starts over. */
SmtpReply *
smtp_reply_new_taken (char           *raw,
                      gsize           length,
                      guint32        *starts,
                      guint           n_lines,
                      guint           code,
                      SmtpReplyFlaws  flaws,
                      guint64         dropped)
{
  SmtpReply *self = g_malloc (sizeof (SmtpReply));

  g_ref_count_init (&self->refs);
  self->flaws = flaws;
  self->code = code;
  self->n_lines = n_lines;
  self->length = length;
  self->dropped = dropped;
  self->raw = raw;
  self->starts = starts;
  note_clash (self);

  return self;
}

/**
 * smtp_reply_ref:
 * @self: a reply
 *
 * Returns: (transfer full): @self, with one more reference
 */
SmtpReply *
smtp_reply_ref (SmtpReply *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->refs);

  return self;
}

/**
 * smtp_reply_unref:
 * @self: (transfer full): a reply
 *
 * Gives a reference up; the last one frees the reply.
 */
void
smtp_reply_unref (SmtpReply *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->refs))
    return;

  if (self->raw != self->inlined)
    g_free (self->raw);
  g_free (self->starts);
  g_free (self);
}

/**
 * smtp_reply_get_code:
 * @self: a reply
 *
 * The three digits as a number. Where the lines carry different codes it is that of the last one
 * (RFC 5321 section 4.2.1 lets a client rely on the last line).
 *
 * Returns: the code, or 0 when no line has one
 */
guint
smtp_reply_get_code (SmtpReply *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->code;
}

/**
 * smtp_reply_get_class:
 * @self: a reply
 *
 * Returns: what the first digit says (RFC 5321 section 4.2.1)
 */
SmtpReplyClass
smtp_reply_get_class (SmtpReply *self)
{
  guint digit = smtp_reply_get_code (self) / 100;

  return digit >= 2 && digit <= 5 ? (SmtpReplyClass) digit : SMTP_REPLY_CLASS_INVALID;
}

/**
 * smtp_reply_get_enhanced:
 * @self: a reply
 * @enhanced: (out): where to put the enhanced status code
 *
 * Finds the enhanced status code behind the reply code (RFC 2034 section 4, RFC 3463 section 2). Only replies
 * of 2yz, 4yz and 5yz have one. By the book every line repeats it; that of the last line counts, else that of
 * the first.
 *
 * Returns: whether there is one; @enhanced is left alone if not
 */
gboolean
smtp_reply_get_enhanced (SmtpReply        *self,
                         SmtpEnhancedCode *enhanced)
{
  SmtpReplyClass klass = smtp_reply_get_class (self);
  const char *text;
  gsize length;

  g_return_val_if_fail (self != NULL, FALSE);

  if (klass == SMTP_REPLY_CLASS_INVALID || klass == SMTP_REPLY_CLASS_CONTINUE)
    return FALSE;

  text = smtp_reply_get_text (self, self->n_lines - 1, &length);
  if (parse_enhanced (text, length, enhanced))
    return TRUE;

  if (self->n_lines == 1)
    return FALSE;

  text = smtp_reply_get_text (self, 0, &length);

  return parse_enhanced (text, length, enhanced);
}

/**
 * smtp_reply_get_n_lines:
 * @self: a reply
 *
 * Returns: the number of its lines, at least 1
 */
guint
smtp_reply_get_n_lines (SmtpReply *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_lines;
}

/**
 * smtp_reply_get_line:
 * @self: a reply
 * @index: which line, from 0
 * @length: (out): its length in bytes
 *
 * One line as it came, without its line end. The bytes are raw and not NUL-terminated.
 *
 * Returns: (transfer none): the bytes, valid as long as the reply
 */
const char *
smtp_reply_get_line (SmtpReply *self,
                     guint      index,
                     gsize     *length)
{
  gsize start = 0;
  gsize end;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (index < self->n_lines, NULL);

  end = self->length;
  if (self->starts != NULL)
    {
      start = self->starts[index];
      if (index + 1 < self->n_lines)
        end = self->starts[index + 1];
    }

  if (end > start && self->raw[end - 1] == '\n')
    {
      end--;
      if (end > start && self->raw[end - 1] == '\r')
        end--;
    }

  *length = end - start;

  return self->raw + start;
}

/**
 * smtp_reply_get_text:
 * @self: a reply
 * @index: which line, from 0
 * @length: (out): the length of the text in bytes
 *
 * The text behind code and separator; the whole line where it has no code.
 *
 * Returns: (transfer none): the bytes, valid as long as the reply
 */
const char *
smtp_reply_get_text (SmtpReply *self,
                     guint      index,
                     gsize     *length)
{
  const char *line = smtp_reply_get_line (self, index, length);
  gsize skip = 0;

  if (line == NULL)
    return NULL;

  if (*length >= 3 && g_ascii_isdigit (line[0]) && g_ascii_isdigit (line[1]) && g_ascii_isdigit (line[2]) &&
      (*length == 3 || !g_ascii_isdigit (line[3])))
    {
      skip = 3;
      if (*length > 3 && (line[3] == ' ' || line[3] == '-' || line[3] == '\t'))
        skip = 4;
    }

  *length -= skip;

  return line + skip;
}

/**
 * smtp_reply_get_raw:
 * @self: a reply
 * @length: (out): the number of bytes
 *
 * Returns: (transfer none): the bytes as they came, line ends included; not NUL-terminated
 */
const char *
smtp_reply_get_raw (SmtpReply *self,
                    gsize     *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  *length = self->length;

  return self->raw;
}

/**
 * smtp_reply_get_flaws:
 * @self: a reply
 *
 * Returns: what is wrong with it
 */
SmtpReplyFlaws
smtp_reply_get_flaws (SmtpReply *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->flaws;
}

/**
 * smtp_reply_get_dropped:
 * @self: a reply
 *
 * Returns: how many bytes came past our limit and were not kept
 */
guint64
smtp_reply_get_dropped (SmtpReply *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->dropped;
}

/**
 * smtp_enhanced_code_to_string:
 * @self: an enhanced status code
 *
 * Returns: (transfer full): as in "5.1.1"
 */
char *
smtp_enhanced_code_to_string (const SmtpEnhancedCode *self)
{
  return g_strdup_printf ("%u.%u.%u", self->klass, self->subject, self->detail);
}

/**
 * smtp_reply_class_to_id:
 * @klass: a class
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_reply_class_to_id (SmtpReplyClass klass)
{
  switch (klass)
    {
    case SMTP_REPLY_CLASS_SUCCESS:
      return "success";
    case SMTP_REPLY_CLASS_CONTINUE:
      return "continue";
    case SMTP_REPLY_CLASS_TEMPORARY:
      return "temporary";
    case SMTP_REPLY_CLASS_PERMANENT:
      return "permanent";
    case SMTP_REPLY_CLASS_INVALID:
    default:
      return "invalid";
    }
}

/**
 * smtp_reply_flaw_to_id:
 * @flaw: a single flaw
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_reply_flaw_to_id (SmtpReplyFlaws flaw)
{
  int bit = g_bit_nth_lsf (flaw, -1);

  g_return_val_if_fail (bit >= 0 && bit < SMTP_REPLY_N_FLAWS, NULL);

  return flaw_ids[bit];
}
