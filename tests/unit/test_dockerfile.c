/* SPDX-License-Identifier: MIT */
/*
 * Instructions of a Dockerfile: what docker 20.10 makes of each (`docker import --change`, then `docker
 * image inspect`), and where rootlift is meant to differ.
 */
#include "cli/dockerfile.h"
#include "tests/unit/unit.h"

#include <string.h>

/* What docker takes, and the config that it makes of it. */
static const struct {
	const char *text, *expect;
} taken[] = {
	{"CMD [\"/sbin/init\"]", "{\"Cmd\":[\"/sbin/init\"]}"},
	{"cmd [\"a\", \"b c\", \"d\\\"e\"]", "{\"Cmd\":[\"a\",\"b c\",\"d\\\"e\"]}"},
	{"CMD echo  hello \"x y\"  ", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"echo  hello \\\"x y\\\"\"]}"},
	{"CMD [ \"$A\" = x ] && y", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"[ \\\"$A\\\" = x ] && y\"]}"},
	{"CMD []", "{}"},
	{"CMD [\"\\u00e9\",\"\\n\"]", "{\"Cmd\":[\"\303\251\",\"\\n\"]}"},
	{"ENTRYPOINT [\"/bin/tini\",\"--\"]", "{\"Entrypoint\":[\"/bin/tini\",\"--\"]}"},
	{"ENTRYPOINT exec top -b", "{\"Entrypoint\":[\"/bin/sh\",\"-c\",\"exec top -b\"]}"},
	{"ENTRYPOINT []", "{}"},
	{"CMD a\nENTRYPOINT [\"b\"]",
		"{\"Cmd\":[\"/bin/sh\",\"-c\",\"a\"],\"Entrypoint\":[\"b\"]}"},
	{"ENV A=1 B=\"two words\" C=three\\ words D='$A' E=\"$A\"",
		"{\"Env\":[\"A=1\",\"B=two words\",\"C=three words\",\"D=$A\",\"E=\"]}"},
	{"ENV A=1\nENV B=$A/x C=${A}y D=${N:-def} E=${A:+alt} F=\\$A G=\"\\$A \\x\" H='a\\b'",
		"{\"Env\":[\"A=1\",\"B=1/x\",\"C=1y\",\"D=def\",\"E=alt\",\"F=$A\",\"G=$A "
		"\\\\x\",\"H=a\\\\b\"]}"},
	{"ENV A hello  world ", "{\"Env\":[\"A=hello  world\"]}"},
	{"ENV A \"quoted value\"", "{\"Env\":[\"A=quoted value\"]}"},
	{"ENV A   b=c", "{\"Env\":[\"A=b=c\"]}"},
	{"ENV A= B=\"\"", "{\"Env\":[\"A=\",\"B=\"]}"},
	{"ENV A=1\nENV A=2 B=3\nENV A=4", "{\"Env\":[\"A=4\",\"B=3\"]}"},
	{"ENV A=x\\", "{\"Env\":[\"A=x\"]}"},
	{"ENV A=\"a'b\" B='a\"b' C=a\"b c\"d", "{\"Env\":[\"A=a'b\",\"B=a\\\"b\",\"C=ab cd\"]}"},
	{"ENV \"A B\"=c", "{\"Env\":[\"A B=c\"]}"},
	{"ENV A=a,b;c|d D=\303\251", "{\"Env\":[\"A=a,b;c|d\",\"D=\303\251\"]}"},
	{"EXPOSE 80", "{\"ExposedPorts\":{\"80/tcp\":{}}}"},
	{"EXPOSE 80 443/tcp 53/udp 8000-8003",
		"{\"ExposedPorts\":{\"443/tcp\":{},\"53/udp\":{},\"80/tcp\":{},\"8000/"
		"tcp\":{},\"8001/tcp\":{},\"8002/tcp\":{},\"8003/tcp\":{}}}"},
	{"EXPOSE 80/TCP ", "{\"ExposedPorts\":{\"80/tcp\":{}}}"},
	{"EXPOSE 0", "{\"ExposedPorts\":{\"0/tcp\":{}}}"},
	{"EXPOSE 80/sctp", "{\"ExposedPorts\":{\"80/sctp\":{}}}"},
	{"ENV P=99\nEXPOSE $P", "{\"Env\":[\"P=99\"],\"ExposedPorts\":{\"99/tcp\":{}}}"},
	{"EXPOSE \"80\"", "{\"ExposedPorts\":{\"80/tcp\":{}}}"},
	{"LABEL a=b c=\"d e\" \"x y\"=z", "{\"Labels\":{\"a\":\"b\",\"c\":\"d e\",\"x y\":\"z\"}}"},
	{"LABEL a b c", "{\"Labels\":{\"a\":\"b c\"}}"},
	{"LABEL a=1\nLABEL a=2", "{\"Labels\":{\"a\":\"2\"}}"},
	{"USER www-data", "{\"User\":\"www-data\"}"},
	{"USER 1000:1000", "{\"User\":\"1000:1000\"}"},
	{"USER a b", "{\"User\":\"a b\"}"},
	{"USER \"quoted\"", "{\"User\":\"quoted\"}"},
	{"VOLUME /data", "{\"Volumes\":{\"/data\":{}}}"},
	{"VOLUME /a /b", "{\"Volumes\":{\"/a\":{},\"/b\":{}}}"},
	{"VOLUME [\"/a\", \"/b c\"]", "{\"Volumes\":{\"/a\":{},\"/b c\":{}}}"},
	{"VOLUME data", "{\"Volumes\":{\"data\":{}}}"},
	{"VOLUME /a/../b//c/", "{\"Volumes\":{\"/a/../b//c/\":{}}}"},
	{"WORKDIR /srv", "{\"WorkingDir\":\"/srv\"}"},
	{"WORKDIR srv", "{\"WorkingDir\":\"/srv\"}"},
	{"WORKDIR /a\nWORKDIR b\nWORKDIR ../c", "{\"WorkingDir\":\"/a/c\"}"},
	{"WORKDIR /a/../b//c/", "{\"WorkingDir\":\"/a/../b//c/\"}"},
	{"WORKDIR /a b", "{\"WorkingDir\":\"/a b\"}"},
	{"ENV D=/x\nWORKDIR $D/y", "{\"Env\":[\"D=/x\"],\"WorkingDir\":\"/x/y\"}"},
	{"ONBUILD RUN echo hi", "{\"OnBuild\":[\"RUN echo hi\"]}"},
	{"ONBUILD COPY . /", "{\"OnBuild\":[\"COPY . /\"]}"},
	{"onbuild   run  x  y", "{\"OnBuild\":[\"run  x  y\"]}"},
	{"HEALTHCHECK NONE", "{\"Healthcheck\":{\"Test\":[\"NONE\"]}}"},
	{"HEALTHCHECK CMD curl -f http://localhost/ || exit 1",
		"{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"curl -f http://localhost/ || exit "
		"1\"]}}"},
	{"HEALTHCHECK --interval=5m --timeout=3s --retries=3 --start-period=1.5s CMD "
	 "[\"/bin/check\", \"-a\"]",
		"{\"Healthcheck\":{\"Interval\":300000000000,\"Retries\":3,\"StartPeriod\":"
		"1500000000,\"Test\":[\"CMD\",\"/bin/check\",\"-a\"],\"Timeout\":3000000000}}"},
	{"HEALTHCHECK --interval=1h1m1s1ms CMD a",
		"{\"Healthcheck\":{\"Interval\":3661001000000,\"Test\":[\"CMD-SHELL\",\"a\"]}}"},
	{"HEALTHCHECK none", "{\"Healthcheck\":{\"Test\":[\"NONE\"]}}"},
	{"HEALTHCHECK cmd x", "{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"x\"]}}"},
	{"  CMD   x   ", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"x\"]}"},
	{"CMD\ttab\tx", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"tab\\tx\"]}"},
	{"ENTRYPOINT [\"a\"]\nCMD [\"b\"]", "{\"Cmd\":[\"b\"],\"Entrypoint\":[\"a\"]}"},
	{"USER $NOPE", "{}"},
	{"EXPOSE 80-81/udp", "{\"ExposedPorts\":{\"80/udp\":{},\"81/udp\":{}}}"},
	{"CMD x # y", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"x # y\"]}"},
	{"ENV A=$1 B=$$ C=$ D=\"$\" E=$@x F=${A}",
		"{\"Env\":[\"A=\",\"B=\",\"C=$\",\"D=$\",\"E=x\",\"F=\"]}"},
	{"ENV A=1 \\\n# comment\n  B=2", "{\"Env\":[\"A=1\",\"B=2\"]}"},
	{"ENV A=1 \\\n\n B=2\nCMD x",
		"{\"Cmd\":[\"/bin/sh\",\"-c\",\"x\"],\"Env\":[\"A=1\",\"B=2\"]}"},
	{"CMD a \\\n b", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"a  b\"]}"},
	{"# only\nCMD x", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"x\"]}"},
	{"ENV A=\\x B=\\\\ C=\"\\\\\" D='\\\\' E=\"\\n\"",
		"{\"Env\":[\"A=x\",\"B=\\\\\",\"C=\\\\\",\"D=\\\\\\\\\",\"E=\\\\n\"]}"},
	{"ENV A=a\\ \\ b C=d\\'e", "{\"Env\":[\"A=a  b\",\"C=d'e\"]}"},
	{"ENV A='x'\"y\"z", "{\"Env\":[\"A=xyz\"]}"},
	{"ENV A=\"x\"y=z", "{\"Env\":[\"A=xy=z\"]}"},
	{"ENV A b \"c\" 'd' \\e", "{\"Env\":[\"A=b c d e\"]}"},
	{"ENV A=x\\y\\z B=\"a\\qb\"", "{\"Env\":[\"A=xyz\",\"B=a\\\\qb\"]}"},
	{"LABEL a=$PATHX\"$A\"'$A'", "{\"Labels\":{\"a\":\"$A\"}}"},
	{"ENV A=${B:-${C:-deep}}", "{\"Env\":[\"A=deep\"]}"},
	{"ENV A=${B:-\"q }r\"}", "{\"Env\":[\"A=q }r\"]}"},
	{"ENV A=\"${B:-a b}\"", "{\"Env\":[\"A=a b\"]}"},
	{"ENV A=\303\251=\303\274", "{\"Env\":[\"A=\303\251=\303\274\"]}"},
	{"ENV A=~ B=* C=(x)", "{\"Env\":[\"A=~\",\"B=*\",\"C=(x)\"]}"},
	{"EXPOSE 80 80/tcp 80-82",
		"{\"ExposedPorts\":{\"80/tcp\":{},\"81/tcp\":{},\"82/tcp\":{}}}"},
	{"EXPOSE 080", "{\"ExposedPorts\":{\"80/tcp\":{}}}"},
	{"EXPOSE 80/", "{\"ExposedPorts\":{\"80/tcp\":{}}}"},
	{"VOLUME [ \"/x\" ]", "{\"Volumes\":{\"/x\":{}}}"},
	{"VOLUME /a\t/b", "{\"Volumes\":{\"/a\":{},\"/b\":{}}}"},
	{"WORKDIR .", "{\"WorkingDir\":\"/\"}"},
	{"WORKDIR ..", "{\"WorkingDir\":\"/\"}"},
	{"WORKDIR ../..//x/", "{\"WorkingDir\":\"/x\"}"},
	{"WORKDIR \"/q x\"", "{\"WorkingDir\":\"/q x\"}"},
	{"WORKDIR \\a", "{\"WorkingDir\":\"/a\"}"},
	{"USER a:b", "{\"User\":\"a:b\"}"},
	{"USER 'a'b", "{\"User\":\"ab\"}"},
	{"HEALTHCHECK --interval=1.s CMD a",
		"{\"Healthcheck\":{\"Interval\":1000000000,\"Test\":[\"CMD-SHELL\",\"a\"]}}"},
	{"HEALTHCHECK --interval=.5s CMD a",
		"{\"Healthcheck\":{\"Interval\":500000000,\"Test\":[\"CMD-SHELL\",\"a\"]}}"},
	{"HEALTHCHECK --interval=0.0015s CMD a",
		"{\"Healthcheck\":{\"Interval\":1500000,\"Test\":[\"CMD-SHELL\",\"a\"]}}"},
	{"HEALTHCHECK --retries=3 NONE", "{\"Healthcheck\":{\"Test\":[\"NONE\"]}}"},
	{"HEALTHCHECK CMD [\"a\"]\nHEALTHCHECK --retries=2 CMD b",
		"{\"Healthcheck\":{\"Retries\":2,\"Test\":[\"CMD-SHELL\",\"b\"]}}"},
	{"ENTRYPOINT a\nENTRYPOINT b", "{\"Entrypoint\":[\"/bin/sh\",\"-c\",\"b\"]}"},
	{"CMD [\"a\"]\nCMD []", "{}"},
	{"CMD [ ]", "{}"},
	{"CMD [ \"a\" , \"b\" ]", "{\"Cmd\":[\"a\",\"b\"]}"},
	{"CMD {\"a\":1}", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"{\\\"a\\\":1}\"]}"},
	{"CMD \"quoted\"", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"\\\"quoted\\\"\"]}"},
	{"CMD \"a\" b 'c'", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"\\\"a\\\" b 'c'\"]}"},
	{"ENV A=\"a\tb\"\tB=c", "{\"Env\":[\"A=a\\tb\",\"B=c\"]}"},
	{"ENV   A=1", "{\"Env\":[\"A=1\"]}"},
	{"env A=1", "{\"Env\":[\"A=1\"]}"},
	{"Env A 1", "{\"Env\":[\"A=1\"]}"},
	{"LABEL a=", "{\"Labels\":{\"a\":\"\"}}"},
	{"LABEL \"a\"=\"b\" 'c'='d'", "{\"Labels\":{\"a\":\"b\",\"c\":\"d\"}}"},
	{"LABEL a=\"x\\\"y\"", "{\"Labels\":{\"a\":\"x\\\"y\"}}"},
	{"ONBUILD HEALTHCHECK NONE", "{\"OnBuild\":[\"HEALTHCHECK NONE\"]}"},
	{"ONBUILD ENV", "{\"OnBuild\":[\"ENV\"]}"},
	{"ONBUILD RUN [\"a\"]", "{\"OnBuild\":[\"RUN [\\\"a\\\"]\"]}"},
	{"ONBUILD STOPSIGNAL x", "{\"OnBuild\":[\"STOPSIGNAL x\"]}"},
	{"CMD -x", "{\"Cmd\":[\"/bin/sh\",\"-c\",\"-x\"]}"},
	{"ENV A=--x", "{\"Env\":[\"A=--x\"]}"},
	{"ENV A=\\", "{\"Env\":[\"A=\"]}"},
	{"ENV 1=2", "{\"Env\":[\"1=2\"]}"},
	{"ENV A.b=c", "{\"Env\":[\"A.b=c\"]}"},
	{"ENV A$B=c", "{\"Env\":[\"A=c\"]}"},
	/* Not as docker import has it, but as a Dockerfile does. */
	{"STOPSIGNAL SIGTERM", "{\"StopSignal\":\"SIGTERM\"}"},
	{"STOPSIGNAL term", "{\"StopSignal\":\"term\"}"},
	{"STOPSIGNAL 64", "{\"StopSignal\":\"64\"}"},
	{"STOPSIGNAL RTMAX-14", "{\"StopSignal\":\"RTMAX-14\"}"},
	{"ENV S=9\nSTOPSIGNAL $S", "{\"Env\":[\"S=9\"],\"StopSignal\":\"9\"}"},
	/* PATH has a value before it is given one. */
	{"ENV PATH=$PATH:/opt", "{\"Env\":[\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
				"/usr/bin:/sbin:/bin:/opt\"]}"},
	{"ENV PATH=/a\nENV PATH=$PATH:/b", "{\"Env\":[\"PATH=/a:/b\"]}"},
};

/* What docker refuses. */
static const char *const refused[] = {
	"CMD [1]",
	"CMD --foo bar",
	"ENV A",
	"ENV =x",
	"ENV A=1 B",
	"ENV A=\"unterminated",
	"ENV A=${A",
	"ENV A=${X:?need}",
	"ENV A=$1 B=$$ C=$ D=${A:=x}",
	"EXPOSE 65536",
	"EXPOSE 9-5",
	"EXPOSE x",
	"EXPOSE 80/icmp",
	"EXPOSE",
	"LABEL a",
	"LABEL version=\"1.0\" description=\"multi \\",
	"USER",
	"VOLUME [\"\"]",
	"VOLUME",
	"VOLUME \"/a b\"",
	"WORKDIR",
	"ONBUILD FROM x",
	"ONBUILD",
	"ONBUILD ONBUILD RUN x",
	"HEALTHCHECK --interval=x CMD a",
	"HEALTHCHECK --interval=1us CMD a",
	"HEALTHCHECK --retries=0 CMD a",
	"HEALTHCHECK --retries=-1 CMD a",
	"HEALTHCHECK CMD",
	"HEALTHCHECK NONE x",
	"HEALTHCHECK FOO",
	"HEALTHCHECK",
	"HEALTHCHECK --foo=1 CMD a",
	"HEALTHCHECK --interval=0 CMD a",
	"RUN echo",
	"COPY a b",
	"FROM x",
	"MAINTAINER me",
	"ADD x /",
	"SHELL [\"/bin/bash\",\"-c\"]",
	"ARG A=1",
	"NOSUCH x",
	"# comment",
	"VOLUME [1]",
	"ENV A=b # c",
	"ENV A=${B:-a b}",
	"EXPOSE /tcp",
	"EXPOSE -80",
	"EXPOSE 80-",
	"EXPOSE 80 # x",
	"VOLUME []",
	"VOLUME $X",
	"WORKDIR $NOPE",
	"HEALTHCHECK --interval=.s CMD a",
	"HEALTHCHECK --interval=1m1 CMD a",
	"HEALTHCHECK --interval=-5s CMD a",
	"HEALTHCHECK --timeout=9999999h CMD a",
	"HEALTHCHECK --interval=1\302\265s CMD a",
	"HEALTHCHECK --retries=x CMD a",
	"HEALTHCHECK CMD []",
	"HEALTHCHECK --interval CMD a",
	"CMD [null]",
	"CMD [[\"a\"]]",
	"LABEL =x",
	"LABEL com.example.x=\"multi\\",
	"ENV --x=1",
	"ENV A=\"",
	"ENV A='",
	"ENV A=x'",
	"ENV A \\",
	"ENV A=${",
	"ENV A=${}",
	"ENV A=${:-x}",
	"ENV A=${A:",
	"ENV A=${A:-",
	"ENV A=${A:-x",
	"ENV A=${A-x}",
};

/* What is wrong, in one line; docker takes those that are marked. */
static const struct {
	const char *text, *expect;
} faults[] = {
	{"RUN x", "RUN builds an image, it does not change a config"},
	{"copy a b", "COPY builds an image, it does not change a config"},
	{"NOSUCH x",
		"'NOSUCH' is none of CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, "
		"STOPSIGNAL, USER, VOLUME, WORKDIR"},
	{"", "no instruction"},
	{"# x\n\n", "no instruction"},
	{"CMD", /* docker */
		"CMD: needs a command: a JSON array, [] for none, or a line for a shell"},
	{"CMD ['a']", /* docker */
		"CMD: not a JSON array of strings: invalid token near '''"},
	{"CMD [\"a\"] b", /* docker */
		"CMD: not a JSON array of strings: end of file expected near 'b'"},
	{"ENTRYPOINT [1]", "ENTRYPOINT: a JSON array here holds strings only"},
	{"CMD --x", "CMD: has no option '--x'"},
	{"ENV A", "ENV: 'A' is not NAME=VALUE"},
	{"ENV A=1 B", "ENV: 'B' is not NAME=VALUE"},
	{"ENV =x", "ENV: a name is empty"},
	{"ENV A='x", "ENV: a ' is not closed"},
	{"ENV A=\"x", "ENV: a \" is not closed"},
	{"ENV A=${A", "ENV: ${NAME is not followed by } or :"},
	{"ENV A=${A:-x", "ENV: a ${ is not closed"},
	{"ENV A=${A:=x}", "ENV: in ${NAME:...} only :-, :+ and :? are known"},
	{"ENV A=\"${A:?is needed}\"", "ENV: A: is needed"},
	{"EXPOSE 8080:80", /* docker */
		"EXPOSE: '8080:80' is no port: 80, 53/udp, 8000-8003 (0 to 65535)"},
	{"EXPOSE 80/icmp", "EXPOSE: the protocol of '80/icmp' is not tcp, udp or sctp"},
	{"VOLUME [\"/a\"", /* docker */
		"VOLUME: not a JSON array of strings: ']' expected near end of file"},
	{"STOPSIGNAL FOO", "STOPSIGNAL: 'FOO' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15"},
	{"STOPSIGNAL 0", "STOPSIGNAL: '0' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15"},
	{"STOPSIGNAL RTMIN+16",
		"STOPSIGNAL: 'RTMIN+16' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15"},
	{"STOPSIGNAL a b", "STOPSIGNAL: 'a b' is no signal: SIGTERM, QUIT, SIGRTMIN+3, 15"},
	{"WORKDIR", "WORKDIR: needs a directory"},
	{"USER", "USER: needs a user"},
	{"ONBUILD FROM x", "ONBUILD: 'FROM' cannot be done later"},
	{"ONBUILD nosuch", /* docker */ "ONBUILD: 'nosuch' cannot be done later"},
	{"HEALTHCHECK --interval=1us CMD a",
		"HEALTHCHECK: --interval takes a time of at least 1ms, as 30s or 1m30s, not '1us'"},
	{"HEALTHCHECK --retries=0 CMD a", "HEALTHCHECK: --retries takes a number from 1, not '0'"},
	{"HEALTHCHECK FOO", "HEALTHCHECK: takes CMD or NONE, not 'FOO'"},
	{"USER a\nRUN x", "RUN builds an image, it does not change a config"},
};

static void what_docker_takes_becomes_the_same(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(taken); i++) {
		struct rl_image_config config = {0};
		struct rl_buf text = {0};
		struct rl_error err = {0};
		char wanted[1024];

		if (rl_dockerfile_apply(&config, taken[i].text, &err) != 0)
			fail_msg("%s: %s", taken[i].text, err.message);
		assert_int_equal(rl_config_json(&config, NULL, 0, &text, &err), 0);
		(void)snprintf(wanted, sizeof(wanted),
			"{\"config\":%s,\"history\":[],\"os\":\"linux\",\"rootfs\":{\"diff_ids\":"
			"[],\"type\":\"layers\"}}",
			taken[i].expect);
		if (strcmp(text.data, wanted) != 0)
			fail_msg("%s\nis     %s\nis not %s", taken[i].text, text.data, wanted);
		rl_buf_free(&text);
		rl_config_free(&config);
	}
}

static void what_docker_refuses_is_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(refused); i++) {
		struct rl_image_config config = {0};
		struct rl_error err = {0};

		if (rl_dockerfile_apply(&config, refused[i], &err) != -EINVAL)
			fail_msg("taken: %s", refused[i]);
		assert_true(err.message[0] != '\0' && strchr(err.message, '\n') == NULL);
		rl_config_free(&config);
	}
}

static void faults_are_told_in_one_line(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(faults); i++) {
		struct rl_image_config config = {0};
		struct rl_error err = {0};

		if (rl_dockerfile_apply(&config, faults[i].text, &err) != -EINVAL)
			fail_msg("taken: %s", faults[i].text);
		assert_string_equal(err.message, faults[i].expect);
		rl_config_free(&config);
	}
}

/* Braces within braces end somewhere, and do so without taking all of the stack. */
static void nesting_has_an_end(void **state)
{
	struct rl_image_config config = {0};
	struct rl_error err = {0};
	struct rl_buf text = {0};
	size_t i;

	(void)state;
	assert_int_equal(rl_buf_append_str(&text, "ENV A="), 0);
	for (i = 0; i < 100000; i++)
		assert_int_equal(rl_buf_append_str(&text, "${A:-"), 0);
	assert_int_equal(rl_dockerfile_apply(&config, text.data, &err), -EINVAL);
	assert_string_equal(err.message, "ENV: too many ${...} in each other");
	rl_buf_free(&text);
	rl_config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_docker_takes_becomes_the_same),
		cmocka_unit_test(what_docker_refuses_is_refused),
		cmocka_unit_test(faults_are_told_in_one_line),
		cmocka_unit_test(nesting_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
