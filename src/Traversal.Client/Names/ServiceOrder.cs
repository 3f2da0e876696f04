using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>In which order the hosts of a service are tried (RFC 2782).</summary>
internal static class ServiceOrder
{
    /// <summary>By priority; among equals by chance, as their weights say.</summary>
    public static IEnumerable<DnsService> Of(IEnumerable<DnsService> services, RandomSource random) =>
        services.GroupBy(service => service.Priority).OrderBy(group => group.Key).SelectMany(group => Draw([.. group.OrderBy(service => service.Weight)], random));

    // Those of weight 0 stand first, so that they have a chance, and a small one.
    private static IEnumerable<DnsService> Draw(List<DnsService> left, RandomSource random)
    {
        while (left.Count > 0)
        {
            int drawn = random.Next(left.Sum(service => service.Weight) + 1), sum = 0;
            int index = left.FindIndex(service => (sum += service.Weight) >= drawn);
            yield return left[index];
            left.RemoveAt(index);
        }
    }
}
