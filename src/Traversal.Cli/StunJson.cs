using System.Text.Json;
using Traversal.Client;
using Traversal.Stun;

namespace Traversal.Cli;

/// <summary>What a STUN server said, for programs: the round trip in seconds.</summary>
internal static class StunJson
{
    public static void Write(StunResult answer, Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("status", JsonNamingPolicy.CamelCase.ConvertName(answer.Status.ToString()));
            if (!answer.Server.IsNone) json.WriteString("server", answer.Server.ToString());
            if (answer.Error != StunErrorCode.None) json.WriteNumber("error", (int)answer.Error);
            if (answer.Binding is { } binding)
            {
                json.WriteString("mapped", binding.MappedAddress.ToString());
                json.WriteString("local", binding.LocalAddress.ToString());
                if (binding.RoundTrip is { } roundTrip) json.WriteNumber("roundTrip", roundTrip.TotalSeconds);
            }

            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }
}
