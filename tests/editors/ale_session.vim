" What a user does in Vim with ALE, by its commands; what they see is written to $SEEN as JSON.

let s:seen = {}

function! s:Wait(what, Condition) abort
  let l:begun = reltime()
  while !a:Condition()
    if reltimefloat(reltime(l:begun)) > 45
      throw 'waited in vain for ' . a:what
    endif
    sleep 20m
  endwhile
endfunction

" Stands for the user at the menu of actions.
runtime autoload/ale/util.vim
function! ale#util#Input(message, ...) abort
  let s:seen.offered = a:message
  return matchstr(a:message, '\d\+\ze) ' . s:wanted)
endfunction

function! s:Problems() abort
  return map(copy(ale#engine#GetLoclist(bufnr(''))), 'v:val.text')
endfunction

function! s:Preview() abort
  let l:windows = filter(range(1, winnr('$')), 'getwinvar(v:val, "&previewwindow")')
  return empty(l:windows) ? '' : join(getbufline(winbufnr(l:windows[0]), 1, '$'), "\n")
endfunction

function! s:HoverShows(part) abort
  ALEHover
  sleep 200m
  return stridx(s:Preview(), a:part) >= 0
endfunction

function! s:Session() abort
  edit module.py
  let s:wanted = 'Run selection'
  execute "normal! ggVG\<Esc>"
  '<,'>ALECodeAction
  call s:Wait('the value', {-> index(s:Problems(), '42') >= 0})
  call s:Wait('the hover', {-> s:HoverShows('adding')})

  let s:wanted = 'Explain'
  call cursor(2, 5)
  ALECodeAction
  call s:Wait('the explanation', {-> s:HoverShows('It adds')})
  let s:seen.explanation = s:Preview()

  let s:wanted = 'Run file'
  let s:seen.offered = ''
  normal! G
  ALECodeAction
  call s:Wait('the actions', {-> !empty(s:seen.offered)})
endfunction

try
  call s:Session()
catch
  let s:seen.problem = v:exception . ' ' . v:throwpoint
endtry
call writefile([json_encode(s:seen)], $SEEN)
