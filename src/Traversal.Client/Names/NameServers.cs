using System.Net.NetworkInformation;
using Traversal.Primitives;

namespace Traversal.Client;

/// <summary>The name servers that the system is configured with.</summary>
internal static class NameServers
{
    private const ushort Port = 53;

    // As the system's own resolver (resolv.conf(5)).
    private const int MaxServers = 3;
    private const string Configuration = "/etc/resolv.conf";

    public static IReadOnlyList<TransportAddress> OfSystem()
    {
        try
        {
            return OperatingSystem.IsWindows() ? OfInterfaces() : Parse(File.ReadLines(Configuration));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NetworkInformationException)
        {
            return [];
        }
    }

    public static IReadOnlyList<TransportAddress> Parse(IEnumerable<string> lines)
    {
        var servers = new List<TransportAddress>(MaxServers);
        foreach (string line in lines)
        {
            string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var text, ..] && servers.Count < MaxServers && TryParse(text, out TransportAddress server)) servers.Add(server.WithPort(Port));
        }

        return servers;
    }

    // The interface of a link-local server may be given by name.
    private static bool TryParse(string text, out TransportAddress server)
    {
        if (TransportAddress.TryParseAddress(text, out server)) return true;
        if (!System.Net.IPAddress.TryParse(text, out System.Net.IPAddress? address)) return false;
        server = TransportAddress.From(address, Port);
        return server.IsIPv6;
    }

    private static IReadOnlyList<TransportAddress> OfInterfaces() => [.. NetworkInterface.GetAllNetworkInterfaces()
        .Where(device => device.OperationalStatus == OperationalStatus.Up)
        .SelectMany(device => device.GetIPProperties().DnsAddresses)
        .Select(address => TransportAddress.From(address, Port))
        .Distinct()
        .Take(MaxServers)];
}
