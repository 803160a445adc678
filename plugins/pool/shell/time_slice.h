#pragma once

namespace nebula::pool {

/// Asks the scheduler to let the calling thread run soon after it is woken, before threads that are in the midst of a
/// long turn; what it gets in all stays its fair share. For threads that others wait for. A system that does not know
/// such a wish goes on as before.
void ask_for_prompt_turns();

} // namespace nebula::pool
