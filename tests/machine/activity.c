/*
 * What happens in the throwaway machine while guests watch. Each command does things, and prints a line about each one: what it
 * was, and how it ended as seen from outside the kernel. The test compares these lines with what the guests printed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(99);
}

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void rest_us(long us)
{
	struct timespec time = { us / 1000000, us % 1000000 * 1000 };

	while (nanosleep(&time, &time))
		;
}

static void *nothing(void *arg)
{
	return arg;
}

/* What a spawned process does: threads that come and go, then time, then its end. */
static void live(const char *end, int ms, int threads)
{
	for (int i = 0; i < threads; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL))
			die("pthread_create");
	}
	rest_us(ms * 1000L);
	if (*end == 's')
		raise(atoi(end + 1));
	_exit(atoi(end));
}

/*
 * PATH,END,MS,THREADS: a process that executes PATH (`-`: only forks), has so many threads, runs for so long and ends with the
 * exit code END or, for `sN`, by signal N. Prints `process PATH PID PPID CODE MS-AT-LEAST MS-AT-MOST`.
 */
static void spawn(const char *spec)
{
	char path[256], end[16], ms[16], threads[16];
	long long begin = now_us();
	int status;
	pid_t pid;

	if (sscanf(spec, "%255[^,],%15[^,],%15[^,],%15s", path, end, ms, threads) != 4)
		die(spec);
	pid = fork();
	if (!pid && !strcmp(path, "-"))
		live(end, atoi(ms), atoi(threads));
	if (!pid) {
		execl(path, path, "live", end, ms, threads, NULL);
		die(path);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork");
	printf("process %s %d %d %d %s %lld\n", path, pid, getpid(), WIFEXITED(status) ? WEXITSTATUS(status) : 0, ms,
	       (now_us() - begin) / 1000 + 1);
}

static void udp(int family, int count, int source, int destination, int length)
{
	struct sockaddr_storage ends[2] = {};
	char payload[2048] = "";
	int sockets[2];

	for (int i = 0; i < 2; i++) {
		int port = htons(i ? destination : source);

		ends[i].ss_family = family;
		if (family == AF_INET) {
			struct sockaddr_in *in = (void *)&ends[i];

			in->sin_port = port;
			in->sin_addr.s_addr = htonl(i ? INADDR_LOOPBACK : INADDR_LOOPBACK + 1);
		} else {
			struct sockaddr_in6 *in = (void *)&ends[i];

			in->sin6_port = port;
			in->sin6_addr = in6addr_loopback;
		}
		sockets[i] = socket(family, SOCK_DGRAM, 0);
		if (sockets[i] < 0 || bind(sockets[i], (void *)&ends[i], sizeof(ends[i])))
			die("bind");
	}
	for (int i = 0; i < count; i++)
		if (sendto(sockets[0], payload, length, 0, (void *)&ends[1], sizeof(ends[1])) != length ||
		    recv(sockets[1], payload, sizeof(payload), 0) != length)
			die("sendto");
	if (family == AF_INET)
		printf("udp %d 127.0.0.2:%d 127.0.0.1:%d %d\n", count, source, destination, 14 + 20 + 8 + length);
	else
		printf("udp %d [::1]:%d [::1]:%d %d\n", count, source, destination, 14 + 40 + 8 + length);
}

/* CALL,PATH,FLAGS: an open of one of the kinds. Prints `open PID RET ERRNO FLAGS PATH`. */
static void open_file(const char *spec)
{
	char call[16], path[256];
	int flags, fd;

	if (sscanf(spec, "%15[^,],%255[^,],%i", call, path, &flags) != 3)
		die(spec);
	if (!strcmp(call, "open"))
		fd = syscall(SYS_open, path, flags, 0600);
	else if (!strcmp(call, "openat"))
		fd = syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
	else
		fd = syscall(SYS_openat2, AT_FDCWD, path, &(struct open_how){ .flags = flags }, sizeof(struct open_how));
	printf("open %d %d %d %o %s\n", getpid(), fd, fd < 0 ? errno : 0, flags, path);
	if (fd >= 0)
		close(fd);
}

/* What guests look at from outside, with an argument and a result. */
__attribute__((noinline)) int probed(int number)
{
	__asm__ volatile("" : "+r"(number));
	return number + 1;
}

/* PATH,MODE. Prints `mkdir PID RET ERRNO MODE PATH`. */
static void make_directory(const char *spec)
{
	char path[256];
	int mode, ret;

	if (sscanf(spec, "%255[^,],%i", path, &mode) != 2)
		die(spec);
	umask(0);
	probed(mode);
	ret = syscall(SYS_mkdir, path, mode);
	printf("mkdir %d %d %d %o %s\n", getpid(), ret, ret ? errno : 0, mode, path);
}

/* Prints `sched PID WAITED-NS RUNS`, as the scheduler has counted for this process. */
static void print_schedstat(void)
{
	unsigned long long ran, waited, runs;
	FILE *file = fopen("/proc/self/schedstat", "r");

	if (!file || fscanf(file, "%llu %llu %llu", &ran, &waited, &runs) != 3)
		die("schedstat");
	fclose(file);
	printf("sched %d %llu %llu\n", getpid(), waited, runs);
	fflush(stdout);
}

/* `count` processes that compete for one processor for so long, and one on it that sleeps `naps` times. */
static void compete(int count, int ms, int naps)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	if (sched_setaffinity(0, sizeof(first), &first))
		die("sched_setaffinity");
	fflush(stdout);
	for (int i = 0; i <= count; i++) {
		long long end = now_us() + ms * 1000LL;
		pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (pid)
			continue;
		if (i < count)
			while (now_us() < end)
				;
		else
			for (int nap = 0; nap < naps; nap++)
				rest_us(1000);
		print_schedstat();
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
}

int main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";
	char **args = argv + 2;

	/* `after FILE COMMAND...`: when there is this file, so that others can learn this process's number first. */
	if (!strcmp(command, "after") && argc > 3) {
		struct stat stat_buffer;

		while (stat(*args, &stat_buffer))
			rest_us(10000);
		command = args[1];
		args += 2;
		argc -= 2;
	}
	if (!strcmp(command, "live") && argc == 5) {
		live(args[0], atoi(args[1]), atoi(args[2]));
	} else if (!strcmp(command, "spawn")) {
		for (; *args; args++)
			spawn(*args);
	} else if (!strcmp(command, "udp") && argc == 7) {
		udp(atoi(args[0]) == 6 ? AF_INET6 : AF_INET, atoi(args[1]), atoi(args[2]), atoi(args[3]), atoi(args[4]));
	} else if (!strcmp(command, "open")) {
		for (; *args; args++)
			open_file(*args);
	} else if (!strcmp(command, "flood") && argc == 4) {
		/* Opens PATH so many times. */
		for (int i = atoi(args[0]); i; i--)
			close(syscall(SYS_openat, AT_FDCWD, args[1], 0));
		printf("flood %d %s %s\n", getpid(), args[0], args[1]);
	} else if (!strcmp(command, "mkdir")) {
		for (; *args; args++)
			make_directory(*args);
	} else if (!strcmp(command, "rmdir")) {
		/* Prints `rmdir PID RET ERRNO PATH`. */
		for (; *args; args++) {
			int ret = rmdir(*args);

			printf("rmdir %d %d %d %s\n", getpid(), ret, ret ? errno : 0, *args);
		}
	} else if (!strcmp(command, "compete") && argc == 5) {
		compete(atoi(args[0]), atoi(args[1]), atoi(args[2]));
	} else if (!strcmp(command, "run") && argc > 2) {
		/* A shell has what it runs in the background ignore Ctrl-C. */
		signal(SIGINT, SIG_DFL);
		execvp(*args, args);
		die(*args);
	} else {
		fprintf(stderr, "activity: no such command: %s\n", command);
		return 98;
	}
	return 0;
}
