namespace Traversal.Client;

/// <summary>Statuses in words, to follow a name.</summary>
internal static class ResolveStatusText
{
    public static string Describe(this ResolveStatus status) => status switch
    {
        ResolveStatus.Resolved => "has an address",
        ResolveStatus.TransportNotSupported => "wants a transport that can't be used",
        ResolveStatus.NotFound => "has no address",
        ResolveStatus.NotProvided => "does not offer this service",
        _ => "can't be looked up: no name server answers",
    };
}
