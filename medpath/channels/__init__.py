"""How people reach Medpath: web pages, Slack, REST and the shell, over what they share (turns, queues, replies)."""
