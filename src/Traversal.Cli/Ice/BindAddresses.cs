using Traversal.Primitives;

namespace Traversal.Cli.Ice;

/// <summary>What stands behind <c>--bind</c>.</summary>
internal static class BindAddresses
{
    public static bool TryParse(IEnumerable<string> texts, out IReadOnlyList<TransportAddress> addresses, out string? problem)
    {
        var parsed = new List<TransportAddress>();
        addresses = parsed;
        problem = null;
        foreach (string text in texts)
        {
            bool isAddress = TransportAddress.TryParseAddress(text, out TransportAddress address) || TransportAddress.TryParse(text, out address);
            if (!isAddress || address.IsUnspecified)
            {
                problem = $"--bind '{text}' is not an address of this machine";
                return false;
            }

            parsed.Add(address);
        }

        return true;
    }
}
