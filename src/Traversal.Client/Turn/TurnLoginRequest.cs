namespace Traversal.Client;

/// <summary>What another login is asked for with.</summary>
/// <param name="Server">The server that wants it.</param>
/// <param name="AuthorizationServer">The name of the authorization server whose tokens it takes (RFC 7635 section 6.1); null where it did not say one.</param>
public sealed record TurnLoginRequest(TurnServerEndpoint Server, string? AuthorizationServer);
