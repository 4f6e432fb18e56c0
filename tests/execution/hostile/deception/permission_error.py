# expect: exec.error
# message: '[Errno 13] Permission denied'
# Claims that the sandbox refused something.
import given

raise PermissionError(13, "Permission denied")
