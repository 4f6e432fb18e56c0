;;; What a user does in Emacs, by its commands; what they see is written to $SEEN as JSON.  -*- lexical-binding: t -*-

(require 'cl-lib)
(require 'json)

(defvar session-seen nil)
(defvar session-wanted nil "The action to choose from the next menu.")

(defun session-see (name value)
  (push (cons name value) session-seen))

(defun session-pause ()
  "What Eglot and eldoc do whenever the user pauses; in batch nothing counts as a pause.
Emacs 28 may leave a message unread that arrives in one piece with an answer, until the next
message comes; so without these it could wait for ever."
  (when (bound-and-true-p eglot--managed-mode)
    (eglot--signal-textDocument/didChange)
    (eglot-hover-eldoc-function #'ignore)))

(defun session-wait (what condition)
  "Let Emacs work until CONDITION holds, for at most 45 seconds."
  (with-timeout (45 (error "Waited in vain for %s" what))
    (while (not (funcall condition))
      (accept-process-output nil 0.1)
      (session-pause))))

(defun session-answer (prompt choices &rest _)
  "Stands for the user at the minibuffer."
  (let ((labels (mapcar (lambda (choice) (if (consp choice) (car choice) choice)) choices)))
    (if (string-match-p "trust the code" prompt)
        (progn (session-see 'question prompt)
               (cl-find "Trust" labels :test #'string-prefix-p))
      (or (cl-find session-wanted labels :test #'string-prefix-p)
          (error "No %s among %s" session-wanted labels)))))

(defun session-choose (action)
  (setq session-wanted action
        last-nonmenu-event ?x)          ; the menu was asked for with a key
  (call-interactively #'eglot-code-actions))

(defun session-diagnostic (part)
  (flymake-start)
  (cl-find-if (lambda (text) (string-match-p part text))
              (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))

(defun session-hover ()
  "What eldoc shows for point."
  (let ((hover 'nothing))
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq hover text)))
    (session-wait "the hover" (lambda () (not (eq hover 'nothing))))
    (and hover (substring-no-properties hover))))

(defun session ()
  (find-file "module.py")
  (run-hooks 'post-command-hook)        ; as after every command; there is no such loop in batch
  (session-wait "the server" #'eglot-current-server)
  (session-wait "the server to be ready" (lambda () eglot--managed-mode))

  (goto-char (point-min))
  (session-choose "Generate from comment")
  (session-wait "the verdict" (lambda () (session-diagnostic "Parses, names exist")))
  (session-see 'generated (buffer-string))

  (push-mark (point-min) t t)
  (goto-char (point-max))
  (setq transient-mark-mode t
        mark-active t)
  (session-choose "Run selection")
  (session-wait "the value" (lambda () (session-diagnostic "42")))
  (session-see 'value (session-diagnostic "42"))
  (deactivate-mark)
  (forward-line -1)
  (session-see 'hover (session-hover))

  (goto-char (point-min))
  (search-forward "return")
  (session-choose "Explain")
  (session-wait "the explanation"
                (lambda () (string-match-p "adds" (or (session-hover) ""))))
  (session-see 'explanation (session-hover)))

(advice-add 'completing-read :override #'session-answer)
(setq eglot-confirm-server-initiated-edits nil)
(condition-case problem
    (session)
  (error
   (session-see 'problem (error-message-string problem))
   (let ((server (eglot-current-server)))
     (when server
       (session-see 'events (with-current-buffer (jsonrpc-events-buffer server)
                              (buffer-substring-no-properties
                               (max (point-min) (- (point-max) 4000)) (point-max))))))))
(with-temp-file (getenv "SEEN")
  (insert (json-encode session-seen)))
(eglot-shutdown-all)
