/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs one command and prints what it took: `wall_ns=N cpu_us=N rss_kb=N status=N` (128 + the signal that ended it).
 *
 *   launch SECONDS OUTPUT ERRORS COMMAND [ARGUMENT…]
 *
 * The command's own output goes to the files OUTPUT and ERRORS; after SECONDS its process group is killed. The peak
 * resident size of a process counts what it was before exec, too, so whoever starts it must itself be small: that is
 * why this is not part of the script. */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile pid_t command;

static void
kill_command (int number)
{
  if (command > 0)
    kill (-command, SIGKILL);
}

static int
open_output (const char *path)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      perror (path);
      exit (2);
    }
  return fd;
}

static pid_t
start (char **argv, int output, int errors)
{
  int input = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  pid_t pid = vfork ();

  if (pid == 0)
    {
      setpgid (0, 0);
      dup2 (input, STDIN_FILENO);
      dup2 (output, STDOUT_FILENO);
      dup2 (errors, STDERR_FILENO);
      execvp (argv[0], argv);
      _exit (127);
    }
  return pid;
}

static long
microseconds (struct timeval time)
{
  return time.tv_sec * 1000000L + time.tv_usec;
}

int
main (int argc, char **argv)
{
  struct timespec begin, end;
  struct rusage usage;
  int output, errors, status;

  if (argc < 5)
    return 2;
  output = open_output (argv[2]);
  errors = open_output (argv[3]);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  signal (SIGALRM, kill_command);
  signal (SIGTERM, kill_command);
  alarm ((unsigned) atoi (argv[1]));

  clock_gettime (CLOCK_MONOTONIC, &begin);
  command = start (argv + 4, output, errors);
  if (command < 0)
    return 2;
  while (wait4 (command, &status, 0, &usage) < 0)
    ;
  clock_gettime (CLOCK_MONOTONIC, &end);

  printf ("wall_ns=%ld cpu_us=%ld rss_kb=%ld status=%d\n",
          (end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec - begin.tv_nsec,
          microseconds (usage.ru_utime) + microseconds (usage.ru_stime), usage.ru_maxrss,
          WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status));
  return 0;
}
