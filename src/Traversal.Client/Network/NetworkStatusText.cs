namespace Traversal.Client.Network;

/// <summary>Statuses in words.</summary>
internal static class NetworkStatusText
{
    public static string Describe(this NetworkStatus status) => status switch
    {
        NetworkStatus.Ok => "it works",
        NetworkStatus.Refused => "nobody listens there",
        NetworkStatus.Unreachable => "there is no way to it",
        NetworkStatus.TimedOut => "it does not answer",
        NetworkStatus.AddressInUse => "the local port is taken",
        NetworkStatus.AddressNotAvailable => "this machine has no such address, or can't send to that one",
        NetworkStatus.Denied => "the system forbids it",
        NetworkStatus.TooLong => "the path does not carry datagrams of that length",
        NetworkStatus.NoBuffer => "the system has no room at the moment",
        NetworkStatus.OutOfDescriptors => "the process has no descriptor left",
        NetworkStatus.Closed => "the socket is closed",
        NetworkStatus.NotFound => "the name leads to no address",
        _ => "the system fails",
    };
}
