namespace Traversal.Turn.Server;

/// <summary>What a mobility ticket says: whose it is, and a random number that only the present ticket of the allocation has.</summary>
/// <param name="Shard">The number of the machine with the allocation.</param>
/// <param name="Handle">The allocation's handle.</param>
/// <param name="Number">The number.</param>
internal readonly record struct Ticket(int Shard, int Handle, ulong Number);
