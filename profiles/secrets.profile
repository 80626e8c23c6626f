# SPDX-License-Identifier: MIT
# What lets somebody in somewhere: keys, passwords, tokens, and what was typed. It says nothing of the
# distribution: put it behind another profile, or include it.
title What nobody should find in an image
secrets drop

# By content: a key is a key under any name. What a package owns is in every installation of it.
[drop secret]
unowned type:f !larger-than:1M contains:-----BEGIN*PRIVATE\ KEY* /**  a private key
unowned type:f !larger-than:1M contains:PuTTY-User-Key-File-* /**  a private key
unowned type:f !larger-than:1M contains:AGE-SECRET-KEY-1* /**  a private key
unowned type:f !larger-than:1M contains:untrusted\ comment:\ *secret\ key* /**  a private key

# By name.
[drop secret]
type:f ~/.ssh/id_*              a user's SSH key
!~/.ssh/id_*.pub                the public half of a key
type:f ~/.ssh/identity          a user's SSH key, of protocol 1
unowned type:f *.p12            a private key and its certificate
unowned type:f *.pfx            a private key and its certificate
unowned type:f *.jks            private keys of a Java program
unowned type:f *.jceks          private keys of a Java program
unowned type:f *.bcfks          private keys of a Java program
unowned type:f *.keytab         keys of Kerberos principals
unowned type:f *.kdbx           a store of passwords
unowned type:f *.kdb            a store of passwords
unowned type:f *.psafe3         a store of passwords
unowned type:f *.ppk            a private key
unowned type:f *.agilekeychain  a store of passwords
unowned type:f *.tfstate        what Terraform made, with passwords in the clear
unowned type:f *.tfstate.backup what Terraform made, with passwords in the clear
unowned type:f terraform.tfvars  values for Terraform, passwords among them
unowned type:f *.auto.tfvars    values for Terraform, passwords among them

# Clouds.
[drop secret]
~/.aws/credentials              keys of an AWS account
~/.aws/sso/cache/               tokens of an AWS account
~/.aws/cli/cache/               tokens of an AWS account
~/.aws/login/cache/             tokens of an AWS account
contains:*aws_secret_access_key* ~/.aws/config  keys of an AWS account
contains:*gs_oauth2_refresh_token* ~/.boto  keys of a Google account
contains:*aws_secret_access_key* ~/.boto  keys of an AWS account
~/.elasticbeanstalk/aws_credential_file  keys of an AWS account
~/.config/gcloud/credentials.db keys of a Google account
~/.config/gcloud/access_tokens.db  tokens of a Google account
~/.config/gcloud/application_default_credentials.json  keys of a Google account
~/.config/gcloud/legacy_credentials/  keys of a Google account
~/.config/gcloud/adc.json       keys of a Google account
~/.config/gcloud/credentials    keys of a Google account
~/.gsutil/                      tokens of a Google account
unowned type:f !larger-than:1M contains:*"private_key":\ "-----BEGIN* *.json  keys of a Google account
~/.azure/accessTokens.json      tokens of an Azure account
~/.azure/msal_token_cache.*     tokens of an Azure account
~/.azure/service_principal_entries.*  keys of an Azure account
~/.azure/TokenCache.dat         tokens of an Azure account
~/.config/doctl/config.yaml     a token of a DigitalOcean account
~/.config/hcloud/cli.toml       a token of a Hetzner account
~/.config/scw/config.yaml       keys of a Scaleway account
~/.config/linode-cli            a token of a Linode account
~/.linode-cli                   a token of a Linode account
~/.config/vultr-cli.yaml        a key of a Vultr account
~/.vultr-cli.yaml               a key of a Vultr account
~/.config/exoscale/exoscale.toml  keys of an Exoscale account
~/.config/openstack/clouds.yaml passwords of OpenStack accounts
~/.config/openstack/secure.yaml passwords of OpenStack accounts
/etc/openstack/secure.yaml      passwords of OpenStack accounts
~/.oci/                         keys of an Oracle account
~/.aliyun/config.json           keys of an Alibaba account
~/.tccli/*.credential           keys of a Tencent account
~/.bluemix/config.json          tokens of an IBM account
~/.ovh.conf                     keys of an OVH account
/etc/ovh.conf                   keys of an OVH account
~/.config/civo/config.json      keys of a Civo account
~/.civo.json                    keys of a Civo account
~/.config/flyctl/               tokens of a Fly account
~/.fly/config.yml               tokens of a Fly account
~/.config/netlify/config.json   tokens of a Netlify account
~/.netlify/config.json          tokens of a Netlify account
~/.local/share/com.vercel.cli/auth.json  tokens of a Vercel account
~/.wrangler/config/default.toml tokens of a Cloudflare account
~/.config/.wrangler/config/default.toml  tokens of a Cloudflare account
~/.cloudflared/*.json           keys of a Cloudflare tunnel
/etc/cloudflared/*.json         keys of a Cloudflare tunnel
~/.config/rclone/rclone.conf    keys of storage services
~/.rclone.conf                  keys of storage services
~/.s3cfg                        keys of a storage service
~/.mc/config.json               keys of a storage service
~/.passwd-s3fs                  keys of a storage service
/etc/passwd-s3fs                keys of a storage service
~/.config/b2/account_info       keys of a storage service
~/.b2_account_info              keys of a storage service
~/.terraform.d/credentials.tfrc.json  tokens for Terraform
~/.terraformrc                  tokens for Terraform
~/.pulumi/credentials.json      tokens for Pulumi
~/.vault-token                  a token of Vault
~/.config/doppler/              tokens of a service for secrets
~/.doppler/                     tokens of a service for secrets
~/.infisical/                   tokens of a service for secrets
~/.snowsql/config               passwords of a database service
~/.databrickscfg                tokens of a database service
~/.config/ngrok/ngrok.yml       a token of a tunnel
~/.ngrok2/ngrok.yml             a token of a tunnel
/var/lib/tailscale/             this machine's keys in a network
/var/lib/zerotier-one/identity.secret  this machine's key in a network
/var/lib/netbird/               this machine's keys in a network
/etc/netbird/                   this machine's keys in a network

# Clusters and engines.
[drop secret]
~/.kube/config                  keys of clusters
~/.kube/config.*                keys of clusters
~/.kube/kubeconfig              keys of clusters
unowned type:f !larger-than:1M contains:*client-key-data:* /etc/**  keys of a cluster
/etc/kubernetes/*.conf          keys of this node's cluster
/etc/kubernetes/pki/            keys of this node's cluster
/etc/rancher/k3s/k3s.yaml       keys of a cluster
/etc/rancher/rke2/rke2.yaml     keys of a cluster
/etc/rancher/*/config.yaml      a cluster's token
/etc/rancher/node/password      this node's password
~/.docker/config.json           passwords of registries
~/.dockercfg                    passwords of registries
~/.config/containers/auth.json  passwords of registries
/etc/containers/auth.json       passwords of registries
/etc/ostree/auth.json           passwords of registries
/var/lib/kubelet/config.json    passwords of registries
~/.config/helm/registry/config.json  passwords of registries
~/.config/argocd/config         tokens of a service in a cluster
~/.docker/trust/private/        keys that sign images
~/.sigstore/root/               keys that sign images
/etc/gitlab-runner/config.toml  a runner's token
~/.gitlab-runner/config.toml    a runner's token
/etc/buildkite-agent/buildkite-agent.cfg  a runner's token
/etc/salt/pki/                  keys of a management service
/etc/munge/munge.key            what nodes of a cluster know each other by
/etc/corosync/authkey           what nodes of a cluster know each other by
/etc/pacemaker/authkey          what nodes of a cluster know each other by
/etc/ceph/*.keyring             keys of storage
/var/lib/ceph/**/keyring        keys of storage

# Passwords and tokens of programs.
[drop secret]
~/.netrc                        passwords of servers
~/_netrc                        passwords of servers
~/.authinfo                     passwords of servers
~/.authinfo.gpg                 passwords of servers
~/.pgpass                       passwords of databases
/var/lib/pgsql/.pgpass          passwords of databases
/var/lib/postgresql/.pgpass     passwords of databases
~/.my.cnf                       passwords of databases
~/.mylogin.cnf                  passwords of databases
~/.mysql_secret                 a password of a database
~/.pg_service.conf              passwords of databases
~/.odbc.ini                     passwords of databases
~/.git-credentials              passwords of repositories
~/.config/git/credentials       passwords of repositories
/etc/git-credentials            passwords of repositories
~/.config/gh/hosts.yml          a token of a GitHub account
~/.config/hub                   a token of a GitHub account
~/.config/glab-cli/config.yml   a token of a GitLab account
~/.config/tea/config.yml        a token of a Gitea account
~/.config/lab/lab.toml          a token of a GitLab account
~/.subversion/auth/             passwords of repositories
~/.pypirc                       passwords of PyPI accounts
~/.config/pypoetry/auth.toml    passwords of PyPI accounts
~/.gem/credentials              tokens of a RubyGems account
~/.local/share/gem/credentials  tokens of a RubyGems account
~/.cargo/credentials            tokens of a crates.io account
~/.cargo/credentials.toml       tokens of a crates.io account
~/.composer/auth.json           tokens for Composer
~/.config/composer/auth.json    tokens for Composer
~/.config/hex/hex.config        tokens of a Hex account
~/.hex/hex.config               tokens of a Hex account
~/.m2/settings-security.xml     what Maven's passwords are encrypted with
contains:*<password>* ~/.m2/settings.xml  passwords of repositories
contains:*[Pp]assword* ~/.gradle/gradle.properties  passwords of repositories
contains:*ClearTextPassword* ~/.nuget/NuGet/NuGet.Config  passwords of repositories
contains:*npmAuthToken* ~/.yarnrc.yml  tokens of registries
contains:*token* ~/.config/configstore/*.json  tokens of programs
~/.config/huggingface/token     a token of a Hugging Face account
~/.huggingface/token            a token of a Hugging Face account
~/.kaggle/kaggle.json           a token of a Kaggle account
~/.config/openai/               a token of a service
~/.codex/auth.json              a token of a service
~/.claude/.credentials.json     a token of a service
~/.config/github-copilot/       a token of a service
~/.circleci/cli.yml             a token of a service
~/.travis/config.yml            a token of a service
~/.config/heroku/               a token of a service
~/.sentryclirc                  a token of a service
~/.slack/credentials.json       a token of a service
~/.jenkins/secrets/             what Jenkins encrypts passwords with
/var/lib/jenkins/secrets/       what Jenkins encrypts passwords with
/var/lib/jenkins/credentials.xml  passwords that Jenkins keeps
~/.smbcredentials               a password of a file server
/etc/cifs-credentials*          passwords of file servers
~/.davfs2/secrets               passwords of file servers
/etc/davfs2/secrets             passwords of file servers
~/.msmtprc                      a password of a mail server
~/.fetchmailrc                  a password of a mail server
~/.mbsyncrc                     a password of a mail server
~/.offlineimaprc                a password of a mail server
/etc/postfix/sasl_passwd*       passwords of mail servers
/etc/postfix/sasl/sasl_passwd*  passwords of mail servers
/etc/exim4/passwd.client        passwords of mail servers
/etc/sasldb2                    passwords of the mail server's users
/etc/sasl2/sasldb2              passwords of the mail server's users
~/.vnc/passwd                   a password of a screen
~/.config/tigervnc/passwd       a password of a screen
/etc/x11vnc.pass                a password of a screen
~/.Xauthority                   lets programs onto a screen
~/.ICEauthority                 lets programs into a session
~/.config/pulse/cookie          lets programs use the sound
~/.erlang.cookie                what Erlang nodes know each other by
/var/lib/rabbitmq/.erlang.cookie  what Erlang nodes know each other by
~/.vault_pass*                  a password of Ansible's secrets
~/.chef/*.key                   keys of a management service
~/.smime/                       keys of mail
~/.gnupg/private-keys-v1.d/     a user's keys
~/.gnupg/secring.gpg            a user's keys
~/.gnupg/openpgp-revocs.d/      what revokes a user's keys
~/.password-store/              a store of passwords
~/.local/share/keyrings/        a store of passwords
~/.gnome2/keyrings/             a store of passwords
~/.local/share/kwalletd/        a store of passwords
~/.kde/share/apps/kwallet/      a store of passwords
~/.kde4/share/apps/kwallet/     a store of passwords
~/.config/op/                   a store of passwords
~/.config/Bitwarden*/           a store of passwords
~/.config/keybase/              a user's keys
~/.mozilla/**/logins.json       passwords that a browser keeps
~/.mozilla/**/key[34].db        what a browser's passwords are encrypted with
~/.mozilla/**/signons.sqlite    passwords that a browser keeps
~/.mozilla/**/cookies.sqlite    sessions of a browser
~/.thunderbird/**/logins.json   passwords that a mail program keeps
~/.thunderbird/**/key[34].db    what a mail program's passwords are encrypted with
~/.config/google-chrome/**/Login\ Data  passwords that a browser keeps
~/.config/google-chrome/**/Cookies  sessions of a browser
~/.config/chromium/**/Login\ Data  passwords that a browser keeps
~/.config/chromium/**/Cookies   sessions of a browser
~/.config/BraveSoftware/**/Login\ Data  passwords that a browser keeps
~/.config/filezilla/sitemanager.xml  passwords of file servers
~/.filezilla/sitemanager.xml    passwords of file servers
~/.config/remmina/              passwords of other machines
~/.remmina/                     passwords of other machines
~/.purple/accounts.xml          passwords of chats
~/.google_authenticator         what a second factor is computed from
~/.yubico/                      what a second factor is computed from
/etc/users.oath                 what second factors are computed from

# Passwords and tokens of the system.
[drop secret]
/etc/wireguard/*.key            keys of a tunnel
contains:PrivateKey* /etc/wireguard/*.conf  keys of a tunnel
contains:PrivateKey=* /etc/systemd/network/*.netdev  keys of a tunnel
contains:*psk=* /etc/wpa_supplicant/*.conf  passwords of networks
/etc/racoon/psk.txt             keys of tunnels
/etc/openvpn/**/*.key           keys of tunnels
contains:*OpenVPN\ Static\ key* /etc/openvpn/**  keys of tunnels
/etc/credstore/*                credentials of services
/etc/credstore.encrypted/*      credentials of services
/etc/ldap.secret                a password of the directory
/etc/pam_ldap.secret            a password of the directory
/etc/libnss-ldap.secret         a password of the directory
/etc/libpam-ldap.secret         a password of the directory
/etc/rndc.key                   what commands the name server
/etc/bind/rndc.key              what commands the name server
/var/named/chroot/etc/rndc.key  what commands the name server
/etc/unbound/*_control.key      what commands the name server
/etc/apt/auth.conf              passwords of repositories
/etc/apt/auth.conf.d/*          passwords of repositories
/etc/zypp/credentials.d/*       passwords of repositories
contains:*token_secret* /etc/cloud/cloud.cfg.d/*  a token of the cloud
/etc/luks-keys/                 keys of disks
/etc/cryptsetup-keys.d/         keys of disks
/crypto_keyfile.bin             a key of a disk

[truncate secret]
/etc/ppp/chap-secrets           passwords of networks
/etc/ppp/pap-secrets            passwords of networks
/etc/ipsec.secrets              keys of tunnels
/etc/strongswan/ipsec.secrets   keys of tunnels
/etc/security/opasswd           former passwords

# What was typed: passwords are, by mistake.
[drop secret]
~/.bash_history                 what was typed
~/.bash_history-[0-9]*.tmp      what was typed
~/.bash_sessions/               what was typed
~/.zsh_history                  what was typed
~/.zsh_sessions/                what was typed
~/.zhistory                     what was typed
~/.histfile                     what was typed
~/.sh_history                   what was typed
~/.ash_history                  what was typed
~/.ksh_history                  what was typed
~/.history                      what was typed
~/.local/share/fish/fish_history  what was typed
~/.config/fish/fish_history     what was typed
~/.local/share/powershell/PSReadLine/*_history.txt  what was typed
~/.local/share/atuin/           what was typed
~/.local/share/xonsh/           what was typed
~/.python_history               what was typed
~/.ipython/profile_*/history.sqlite  what was typed
~/.node_repl_history            what was typed
~/.irb_history                  what was typed
~/.irb-history                  what was typed
~/.pry_history                  what was typed
~/.php_history                  what was typed
~/.lua_history                  what was typed
~/.Rhistory                     what was typed
~/.scala_history                what was typed
~/.mysql_history                what was typed
~/.mariadb_history              what was typed
~/.psql_history                 what was typed
~/.sqlite_history               what was typed
~/.rediscli_history             what was typed
~/.dbshell                      what was typed
~/.mongodb/mongosh/mongosh_repl_history  what was typed
~/.clickhouse-client-history    what was typed
~/.influx_history               what was typed
~/.gdb_history                  what was typed
~/.lesshst                      what was searched for
~/.viminfo                      what was edited and searched for
~/.vim/.netrwhist               what was edited
~/.local/share/nvim/shada/      what was edited and searched for
~/.local/state/nvim/shada/      what was edited and searched for
~/.local/share/nano/search_history  what was searched for
~/.local/share/mc/history       what was typed
~/.sudo_as_admin_successful     who used sudo
~/.wget-hsts                    which servers were spoken to
~/.lftp/rl_history              what was typed
~/.local/share/lftp/rl_history  what was typed

# A hash is as long as DES made them, or longer; what is shorter is a lock, or none.
[edit secret]
/etc/shadow                     password hashes: they can be guessed from
| set password of * when ????????????* to *
/etc/gshadow                    password hashes of groups
| set 2 of * when ????????????* to !
/etc/passwd                     password hashes of systems without shadow
| set password of * when ????????????* to *
/etc/group                      password hashes of systems without shadow
| set 2 of * when ????????????* to *
~/.npmrc                        tokens of registries
| delete /(_authToken|_auth|_password)[[:space:]]*=/
/etc/npmrc                      tokens of registries
| delete /(_authToken|_auth|_password)[[:space:]]*=/
/etc/datadog-agent/datadog.yaml a service's key
| replace /^api_key:.*/api_key:/
/etc/dd-agent/datadog.conf      a service's key
| replace /^api_key:.*/api_key:/
/etc/newrelic-infra.yml         a service's key
| replace /^license_key:.*/license_key:/
/etc/wgetrc                     passwords of proxies
| delete /^[[:space:]]*(proxy_)?(user|passwd|password)[[:space:]]*=/
~/.wgetrc                       passwords of servers
| delete /^[[:space:]]*((http|ftp|proxy)_)?(user|passwd|password)[[:space:]]*=/
~/.curlrc                       passwords of servers
| delete /^[[:space:]]*(-u|-U|-?-?user|-?-?proxy-user|-?-?oauth2-bearer)([[:space:]=:]|$)/
/etc/rhsm/rhsm.conf             a password of a proxy
| replace /^(proxy_password[[:space:]]*=).*/\1/
/etc/yum.conf                   a password of a proxy
| delete /^[[:space:]]*(proxy_)?(password|username)[[:space:]]*=/
/etc/dnf/dnf.conf               a password of a proxy
| delete /^[[:space:]]*(proxy_)?(password|username)[[:space:]]*=/
/etc/ldap.conf                  a password of the directory
| delete /^[[:space:]]*(bindpw|rootbindpw)[[:space:]]/
/etc/nslcd.conf                 a password of the directory
| delete /^[[:space:]]*bindpw[[:space:]]/
