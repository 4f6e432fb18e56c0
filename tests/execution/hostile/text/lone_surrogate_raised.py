# expect: exec.error
# message: '?trouble?'
# The text of its exception cannot be encoded.
import given

raise ValueError("\ud800trouble\udfff")
