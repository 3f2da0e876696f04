using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice;

/// <summary>A check that waits for its answer.</summary>
/// <param name="Id">The id of its transaction.</param>
/// <param name="Pair">What it checks.</param>
/// <param name="SentAt">When it was sent.</param>
/// <param name="Role">The role that it claimed.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Nomination">The number of the nomination that it carries.</param>
internal readonly record struct OutstandingCheck(
    TransactionId Id, CandidatePair Pair, MonotonicTime SentAt, IceRole Role, CheckPurpose Purpose, uint Nomination);
