using System.Runtime.CompilerServices;

namespace Traversal.Server.Tests;

internal static class YieldExtensions
{
    /// <summary>Gives the other threads a turn; fails once the deadline has passed.</summary>
    public static async Task AsTask(this YieldAwaitable turn, CancellationToken deadline)
    {
        deadline.ThrowIfCancellationRequested();
        await turn;
    }
}
