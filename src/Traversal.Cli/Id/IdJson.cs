using System.Text.Json;
using Traversal.Client.Identity;

namespace Traversal.Cli.Id;

/// <summary>Identities for programs; never a private key.</summary>
internal static class IdJson
{
    public static void Write(StoredIdentity identity, Stream output) => Write(output, json => Write(json, identity));

    public static void Write(IReadOnlyList<StoredIdentity> identities, Stream output) => Write(output, json =>
    {
        json.WriteStartArray();
        foreach (StoredIdentity identity in identities) Write(json, identity);
        json.WriteEndArray();
    });

    private static void Write(Stream output, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output)) write(json);
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private static void Write(Utf8JsonWriter json, StoredIdentity identity)
    {
        json.WriteStartObject();
        json.WriteString("id", identity.Id.ToString());
        json.WriteString("account", identity.Account.ToString());
        json.WriteString("name", identity.FriendlyName);
        json.WriteString("created", identity.CreatedAt);
        json.WriteString("notAfter", identity.NotAfter);
        json.WriteBoolean("default", identity.IsDefault);
        json.WriteString("card", identity.Card.ToString());
        json.WriteEndObject();
    }
}
