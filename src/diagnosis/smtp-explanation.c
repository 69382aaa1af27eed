/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "diagnosis/smtp-explanation.h"

#include <glib/gi18n.h>
#include <string.h>

#include "diagnosis/smtp-meanings.h"
#include "protocol/smtp-bytes.h"
#include "protocol/smtp-codes.h"

#define MOST_TEXT 2048  /* how much of a reply is searched for wordings */

static const SmtpMeaning class_meanings[] = {
  [SMTP_REPLY_CLASS_INVALID] = { "not-smtp", N_("This is not an SMTP reply."), N_("Check the port: another kind of server may listen there."), SMTP_ACTOR_YOU, SMTP_RETRY_AFTER_CHANGE, SMTP_CERTAINTY_HIGH },
  [SMTP_REPLY_CLASS_SUCCESS] = { "ok", N_("It worked."), NULL, SMTP_ACTOR_NOBODY, SMTP_RETRY_NO, SMTP_CERTAINTY_HIGH },
  [SMTP_REPLY_CLASS_CONTINUE] = { "go-on", N_("So far so good: the server waits for more."), NULL, SMTP_ACTOR_NOBODY, SMTP_RETRY_NO, SMTP_CERTAINTY_HIGH },
  [SMTP_REPLY_CLASS_TEMPORARY] = { "temporary", N_("It did not work this time. The same may work later."), N_("Try again in some minutes."), SMTP_ACTOR_NOBODY, SMTP_RETRY_LATER, SMTP_CERTAINTY_LOW },
  [SMTP_REPLY_CLASS_PERMANENT] = { "permanent", N_("It did not work, and the same will not work later."), N_("Read the text of the reply; something has to be changed first."), SMTP_ACTOR_THEIR_ADMIN, SMTP_RETRY_AFTER_CHANGE, SMTP_CERTAINTY_LOW },
};

static const char *const actor_ids[] = { "nobody", "you", "your-admin", "their-admin", "recipient", "provider" };
static const char *const actor_words[] = {
  NULL,
  N_("It is up to you."),
  N_("It is up to your own administrator."),
  N_("It is up to the administrator of that server."),
  N_("It is up to the recipient."),
  N_("It is up to your provider."),
};
static const char *const retry_ids[] = { "no", "later", "after-change" };
static const char *const retry_words[] = {
  N_("Trying again will not help."),
  N_("Trying again later may help."),
  N_("Trying again helps only after something was changed."),
};
static const char *const certainty_ids[] = { "low", "medium", "high" };

static const struct
{
  SmtpReplyFlaws  flaw;
  const char     *words;
  const char     *advice;
} flaw_words[] = {
  { SMTP_REPLY_FLAW_NO_CODE, N_("A line has no three-digit code."),
    N_("Check that this port is SMTP. If it is, give the transcript to the server's administrator.") },
  { SMTP_REPLY_FLAW_BAD_CODE, N_("The code is not one that SMTP can have."),
    N_("Check that this port is SMTP. If it is, give the transcript to the server's administrator.") },
  { SMTP_REPLY_FLAW_BAD_SEPARATOR, N_("Behind the code stands neither a space nor a hyphen."),
    N_("Some senders will not understand it. Tell the server's administrator.") },
  { SMTP_REPLY_FLAW_MIXED_CODES, N_("The lines of this reply carry different codes; the last one counts."),
    N_("Senders may take it differently. Tell the server's administrator.") },
  { SMTP_REPLY_FLAW_BARE_LF, N_("A line ends with LF alone instead of CR LF."),
    N_("Strict senders may wait for ever. Tell the server's administrator.") },
  { SMTP_REPLY_FLAW_BARE_CR, N_("There is a CR inside a line."),
    N_("Senders may see two lines in it. Tell the server's administrator.") },
  { SMTP_REPLY_FLAW_NUL, N_("There is a NUL byte in it."),
    N_("Senders may lose the rest of the line. Tell the server's administrator.") },
  { SMTP_REPLY_FLAW_CONTROL, N_("There are control characters in it."), NULL },
  { SMTP_REPLY_FLAW_EIGHT_BIT, N_("There are characters outside ASCII in it."), NULL },
  { SMTP_REPLY_FLAW_INVALID_UTF8, N_("There are bytes in it that are not UTF-8."), NULL },
  { SMTP_REPLY_FLAW_LONG_LINE, N_("A line is longer than the 512 octets that RFC 5321 allows."),
    N_("Some senders cut it or hang up. Tell the server's administrator.") },
  { SMTP_REPLY_FLAW_INCOMPLETE, N_("The reply breaks off."), NULL },
  { SMTP_REPLY_FLAW_TOO_LARGE, N_("The reply was too large to be kept whole."), NULL },
  { SMTP_REPLY_FLAW_ENHANCED_CLASH, N_("The enhanced status code is of another class than the reply code."),
    N_("Go by the reply code. Tell the server's administrator.") },
};

static const char *
translate (const char *text)
{
  return text != NULL ? _(text) : NULL;
}

/* Appends @word and a space. The letters of an address that a server repeats say nothing:
 * <quota@example.org> is not about a quota. */
static void
add_searchable_word (GString    *text,
                     const char *word,
                     gsize       length)
{
  if (length == 0 || memchr (word, '@', length) != NULL)
    return;

  g_string_append_len (text, word, (gssize) length);
  g_string_append_c (text, ' ');
}

/* The text of the reply in lower case, as one line with a space at both ends, for searching. */
static char *
get_searchable (SmtpReply *reply)
{
  g_autoptr (GString) text = g_string_new (" ");
  guint n_lines = smtp_reply_get_n_lines (reply);

  for (guint i = 0; i < n_lines && text->len < MOST_TEXT; i++)
    {
      gsize length;
      const char *line = smtp_reply_get_text (reply, i, &length);
      g_autofree char *shown = smtp_bytes_escape (line, MIN (length, MOST_TEXT), 0);
      const char *word = shown;

      while (*word != '\0')
        {
          gsize n = strcspn (word, " ");

          add_searchable_word (text, word, n);
          word += n + (word[n] == ' ' ? 1 : 0);
        }
    }

  return g_ascii_strdown (text->str, (gssize) text->len);
}

static gboolean
has_words (const char *text,
           const char *words)
{
  const char *end;

  for (; words != NULL; words = end != NULL ? end + 1 : NULL)
    {
      gsize length;

      end = strchr (words, '|');
      length = end != NULL ? (gsize) (end - words) : strlen (words);
      if (memmem (text, strlen (text), words, length) != NULL)
        return TRUE;
    }

  return FALSE;
}

static gboolean
has_enhanced (const char             *pattern,
              const SmtpEnhancedCode *enhanced)
{
  g_autofree char *text = smtp_enhanced_code_to_string (enhanced);
  const char *at = text;

  for (; *pattern != '\0' && *at != '\0'; pattern++, at++)
    {
      if (*pattern == '?' ? !g_ascii_isdigit (*at) : *pattern != *at && *pattern != 'x')
        return FALSE;
    }

  return *pattern == *at;
}

static const SmtpWording *
find_wording (SmtpVerb                verb,
              SmtpReply              *reply,
              const SmtpEnhancedCode *enhanced,
              gboolean                has_code)
{
  guint klass = smtp_reply_get_class (reply);
  guint code = smtp_reply_get_code (reply);
  g_autofree char *text = get_searchable (reply);

  for (const SmtpWording *at = smtp_meanings_wordings; at->meaning.id != NULL; at++)
    {
      if ((at->stages == 0 || (at->stages & 1u << verb) != 0) &&
          (at->klass == 0 || at->klass == klass) && (at->code == 0 || at->code == code) &&
          (at->enhanced == NULL || (has_code && has_enhanced (at->enhanced, enhanced))) &&
          (at->words == NULL || has_words (text, at->words)))
        return at;
    }

  return NULL;
}

static const SmtpRegistered *
find_registered (const SmtpEnhancedCode *enhanced)
{
  for (const SmtpRegistered *at = smtp_meanings_registry; at->words != NULL; at++)
    {
      if (at->subject == enhanced->subject && at->detail == enhanced->detail)
        return at;
    }

  return NULL;
}

/* The RFC that defines a code. */
static const char *
get_source_of_code (guint code)
{
  switch (code)
    {
    case 521:
    case 556:
      return "RFC 7504";
    case 432:
    case 454:
    case 530:
    case 534:
    case 535:
    case 538:
      return "RFC 4954";
    default:
      return "RFC 5321 4.2.3";
    }
}

static const SmtpMeaning *
find_code (SmtpVerb verb,
           guint    code)
{
  for (const SmtpCodeMeaning *at = smtp_meanings_codes; at->code != 0; at++)
    {
      if (at->code == code && (at->stages == 0 || (at->stages & 1u << verb) != 0))
        return &at->meaning;
    }

  return NULL;
}

/* What a rule rests on: words or an enhanced status code that servers are known to use so, or only the code. */
static const char *
get_source_of_wording (const SmtpWording *wording,
                       SmtpVerb           verb)
{
  if (wording->words != NULL)
    return "wording of the reply";
  if (wording->enhanced != NULL)
    return "known use of the enhanced status code";
  if (wording->code != 0)
    return get_source_of_code (wording->code);

  return smtp_codes_get_section (verb);
}

/* For a refusal: what its words or its enhanced status code say, or NULL. */
static const SmtpMeaning *
find_cause (SmtpVerb     verb,
            SmtpReply   *reply,
            const char **source)
{
  SmtpEnhancedCode enhanced;
  gboolean has_code = smtp_reply_get_enhanced (reply, &enhanced);
  const SmtpWording *wording = find_wording (verb, reply, &enhanced, has_code);
  const SmtpRegistered *registered;

  if (wording != NULL)
    {
      *source = get_source_of_wording (wording, verb);
      return &wording->meaning;
    }

  /* A detail of 0 says less than the code. */
  registered = has_code && enhanced.detail != 0 ? find_registered (&enhanced) : NULL;
  if (registered != NULL && registered->meaning.id != NULL)
    {
      *source = "RFC 3463, IANA registry";
      return &registered->meaning;
    }

  return NULL;
}

/**
 * smtp_explanation_get:
 * @step: a step
 * @explanation: (out): the explanation; its strings live as long as the program
 *
 * Explains the reply of a step: by its wording where that says more, else by its enhanced status code (RFC
 * 3463 and the registry), else by its code at this point, else by its first digit (RFC 5321 section 4.2.1).
 *
 * Returns: whether there was a reply to explain
 */
gboolean
smtp_explanation_get (SmtpStep        *step,
                      SmtpExplanation *explanation)
{
  SmtpReply *reply = smtp_step_get_reply (step);
  const SmtpMeaning *meaning = NULL;
  const char *source = NULL;
  SmtpReplyClass klass;

  if (reply == NULL)
    return FALSE;

  klass = smtp_reply_get_class (reply);
  if (klass == SMTP_REPLY_CLASS_TEMPORARY || klass == SMTP_REPLY_CLASS_PERMANENT)
    meaning = find_cause (smtp_step_get_verb (step), reply, &source);

  if (meaning == NULL && klass != SMTP_REPLY_CLASS_INVALID)
    {
      meaning = find_code (smtp_step_get_verb (step), smtp_reply_get_code (reply));
      source = get_source_of_code (smtp_reply_get_code (reply));
    }

  if (meaning == NULL)
    {
      meaning = &class_meanings[klass];
      source = "RFC 5321 4.2.1";
    }

  explanation->id = meaning->id;
  explanation->meaning = translate (meaning->meaning);
  explanation->next = translate (meaning->next);
  explanation->source = source;
  explanation->actor = meaning->actor;
  /* A server that says 4yz means: again later, whatever the cause. */
  explanation->retry = klass == SMTP_REPLY_CLASS_TEMPORARY && meaning->retry == SMTP_RETRY_NO ? SMTP_RETRY_LATER : meaning->retry;
  /* What breaks off may have gone on to say something else. */
  explanation->certainty = (smtp_reply_get_flaws (reply) & SMTP_REPLY_FLAW_INCOMPLETE) != 0 ? SMTP_CERTAINTY_LOW
                                                                                           : meaning->certainty;

  return TRUE;
}

/**
 * smtp_explanation_first_digit:
 * @reply: a reply
 *
 * Returns: (transfer none): what its first digit says
 */
const char *
smtp_explanation_first_digit (SmtpReply *reply)
{
  switch (smtp_reply_get_class (reply))
    {
    case SMTP_REPLY_CLASS_SUCCESS:
      return _("2 = success: the command was carried out");
    case SMTP_REPLY_CLASS_CONTINUE:
      return _("3 = go on: the server waits for more");
    case SMTP_REPLY_CLASS_TEMPORARY:
      return _("4 = temporary: the same command may work later");
    case SMTP_REPLY_CLASS_PERMANENT:
      return _("5 = permanent: the same command will fail again");
    case SMTP_REPLY_CLASS_INVALID:
    default:
      return _("The first digit is not one that SMTP uses.");
    }
}

/**
 * smtp_explanation_second_digit:
 * @reply: a reply
 *
 * Returns: (transfer none) (nullable): what its second digit is about
 */
const char *
smtp_explanation_second_digit (SmtpReply *reply)
{
  guint digit = smtp_reply_get_code (reply) / 10 % 10;

  if (smtp_reply_get_class (reply) == SMTP_REPLY_CLASS_INVALID || digit >= G_N_ELEMENTS (smtp_meanings_second_digits))
    return NULL;

  return _(smtp_meanings_second_digits[digit]);
}

/**
 * smtp_explanation_enhanced:
 * @enhanced: an enhanced status code
 *
 * Returns: (transfer none) (nullable): what the registry says about it, %NULL if it is not registered
 */
const char *
smtp_explanation_enhanced (const SmtpEnhancedCode *enhanced)
{
  const SmtpRegistered *registered = find_registered (enhanced);

  return registered != NULL ? _(registered->words) : NULL;
}

/**
 * smtp_explanation_expected:
 * @step: a step
 *
 * Returns: (transfer full) (nullable): whether the standard foresees the reply, and where it says so; %NULL
 *   without a whole reply
 */
char *
smtp_explanation_expected (SmtpStep *step)
{
  SmtpReply *reply = smtp_step_get_reply (step);
  const char *what = smtp_verb_to_string (smtp_step_get_verb (step));
  const char *section = smtp_codes_get_section (smtp_step_get_verb (step));

  if (reply == NULL || (smtp_reply_get_flaws (reply) & SMTP_REPLY_FLAW_INCOMPLETE) != 0)
    return NULL;
  if (smtp_step_get_kind (step) == SMTP_STEP_UNASKED)
    return g_strdup (_("Nobody asked for this reply (RFC 5321 4.2)."));
  if (*what == '\0')
    what = smtp_step_get_kind (step) == SMTP_STEP_CONTENT ? _("the message text") : _("the connection");

  return g_strdup_printf (smtp_step_is_expected (step) ? _("An expected answer to %s (%s).")
                                                       : _("Not an answer that the standard foresees to %s (%s); the first digit counts."),
                          what, section);
}

/**
 * smtp_explanation_flaw:
 * @flaw: a single flaw
 *
 * Returns: (transfer none): a sentence about it
 */
const char *
smtp_explanation_flaw (SmtpReplyFlaws flaw)
{
  for (gsize i = 0; i < G_N_ELEMENTS (flaw_words); i++)
    {
      if (flaw_words[i].flaw == flaw)
        return _(flaw_words[i].words);
    }

  g_return_val_if_reached (NULL);
}

/**
 * smtp_explanation_flaw_advice:
 * @flaw: a single flaw
 *
 * Returns: (transfer none) (nullable): what to do about it
 */
const char *
smtp_explanation_flaw_advice (SmtpReplyFlaws flaw)
{
  for (gsize i = 0; i < G_N_ELEMENTS (flaw_words); i++)
    {
      if (flaw_words[i].flaw == flaw)
        return translate (flaw_words[i].advice);
    }

  g_return_val_if_reached (NULL);
}

static void
add_sentence (GString    *text,
              const char *sentence)
{
  if (sentence == NULL)
    return;
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, sentence);
}

/**
 * smtp_explanation_describe:
 * @step: a step
 *
 * Takes a reply to pieces: both digits, the enhanced status code, whether it was expected, its flaws.
 *
 * Returns: (transfer full) (nullable): lines of text, %NULL if there is no reply
 */
char *
smtp_explanation_describe (SmtpStep *step)
{
  SmtpReply *reply = smtp_step_get_reply (step);
  g_autofree char *expected = NULL;
  SmtpEnhancedCode enhanced;
  SmtpReplyFlaws flaws;
  GString *text;

  if (reply == NULL)
    return NULL;

  text = g_string_new (NULL);
  if (smtp_reply_get_code (reply) != 0)
    {
      add_sentence (text, smtp_explanation_first_digit (reply));
      add_sentence (text, smtp_explanation_second_digit (reply));
    }

  if (smtp_reply_get_enhanced (reply, &enhanced))
    {
      g_autofree char *code = smtp_enhanced_code_to_string (&enhanced);
      const char *meaning = smtp_explanation_enhanced (&enhanced);

      add_sentence (text, code);
      g_string_append_printf (text, " = %s", meaning != NULL ? meaning : _("not registered: the server's own"));
    }

  expected = smtp_explanation_expected (step);
  add_sentence (text, expected);

  flaws = smtp_reply_get_flaws (reply);
  for (int bit = 0; bit < SMTP_REPLY_N_FLAWS; bit++)
    {
      if ((flaws & 1u << bit) != 0)
        add_sentence (text, smtp_explanation_flaw (1u << bit));
    }

  return g_string_free (text, FALSE);
}

/**
 * smtp_actor_to_id:
 * @actor: an actor
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_actor_to_id (SmtpActor actor)
{
  return actor_ids[actor];
}

/**
 * smtp_actor_to_words:
 * @actor: an actor
 *
 * Returns: (transfer none) (nullable): who has to act, as a sentence
 */
const char *
smtp_actor_to_words (SmtpActor actor)
{
  return translate (actor_words[actor]);
}

/**
 * smtp_retry_to_id:
 * @retry: whether to try again
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_retry_to_id (SmtpRetry retry)
{
  return retry_ids[retry];
}

/**
 * smtp_retry_to_words:
 * @retry: whether to try again
 *
 * Returns: (transfer none): it as a sentence
 */
const char *
smtp_retry_to_words (SmtpRetry retry)
{
  return _(retry_words[retry]);
}

/**
 * smtp_certainty_to_id:
 * @certainty: how sure an explanation is
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_certainty_to_id (SmtpCertainty certainty)
{
  return certainty_ids[certainty];
}
