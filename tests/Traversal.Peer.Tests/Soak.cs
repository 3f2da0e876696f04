using System.Globalization;

namespace Traversal.Peer.Tests;

/// <summary>How much longer the long tests run than in an everyday build: TRAVERSAL_SOAK, 1 where it is not set.</summary>
internal static class Soak
{
    public static int Factor { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("TRAVERSAL_SOAK"), NumberStyles.None, CultureInfo.InvariantCulture, out int factor) && factor > 0
            ? factor
            : 1;
}
