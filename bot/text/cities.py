"""Places that members type for their time zone, where the zone is named after another city.

Large cities (about a million people or more, or a capital), the states of the United States, and names in other
languages. The list is not complete: members whose place is missing can type the city that their zone is named after.
"""

from __future__ import annotations

CITIES_BY_ZONE = {
    "America/New_York": (
        "Boston, Washington, Philadelphia, Atlanta, Miami, Orlando, Tampa, Jacksonville, Charlotte, Raleigh, "
        "Baltimore, Pittsburgh, Cleveland, Columbus, Cincinnati, Buffalo, Richmond, Newark, Jersey "
        "City, Brooklyn, NYC, Massachusetts, Pennsylvania, Florida, Georgia USA, North Carolina, South "
        "Carolina, Virginia, Maryland, Ohio, New Jersey, Connecticut, Maine, Vermont, New Hampshire, Rhode "
        "Island, Delaware, West Virginia, Eastern, USA, United States of America, America, Nueva York"
    ),
    "America/Chicago": (
        "Houston, Dallas, Austin, San Antonio, Fort Worth, El Paso Texas, Minneapolis, Saint Paul, St Louis, "
        "Kansas City, Milwaukee, Madison, Nashville, Memphis, New Orleans, Oklahoma City, Omaha, Des Moines, "
        "Birmingham Alabama, Texas, Illinois, Minnesota, Wisconsin, Missouri, Louisiana, Iowa, Oklahoma, "
        "Kansas, Nebraska, Arkansas, Alabama, Mississippi, Tennessee, North Dakota, South Dakota, Central"
    ),
    "America/Denver": (
        "Salt Lake City, Albuquerque, Santa Fe, Colorado Springs, Boulder, El Paso, Cheyenne, Billings, "
        "Colorado, Utah, New Mexico, Wyoming, Montana, Mountain"
    ),
    "America/Phoenix": "Tucson, Mesa, Scottsdale, Arizona",
    "America/Los_Angeles": (
        "San Francisco, San Diego, San Jose, Seattle, Portland, Sacramento, Oakland, Las Vegas, Fresno, Long "
        "Beach, Silicon Valley, Bay Area, Spokane, Reno, California, Washington State, Oregon, Nevada, "
        "Pacific, LA"
    ),
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Detroit": "Michigan, Ann Arbor, Grand Rapids",
    "America/Indiana/Indianapolis": "Indiana",
    "America/Kentucky/Louisville": "Kentucky",
    "America/Boise": "Idaho",
    "America/Toronto": "Montreal, Ottawa, Quebec, Hamilton Ontario, Mississauga, Ontario, Canada",
    "America/Vancouver": "Victoria, British Columbia",
    "America/Edmonton": "Calgary, Alberta",
    "America/Winnipeg": "Manitoba",
    "America/Mexico_City": "Guadalajara, Puebla, Ciudad de Mexico, CDMX, Mexico",
    "America/Sao_Paulo": "Rio de Janeiro, Brasilia, Belo Horizonte, Curitiba, Porto Alegre, Brazil, Brasil",
    "America/Argentina/Buenos_Aires": "Rosario, Argentina",
    "America/Bogota": "Medellin, Cali, Colombia",
    "America/Santiago": "Valparaiso, Chile",
    "Europe/London": (
        "Manchester, Birmingham, Leeds, Glasgow, Edinburgh, Liverpool, Bristol, Sheffield, Cardiff, Belfast, "
        "Cambridge, Oxford, England, Scotland, Wales, Great Britain, United Kingdom, UK, Londres"
    ),
    "Europe/Dublin": "Cork, Galway",
    "Europe/Berlin": (
        "Munich, München, Muenchen, Hamburg, Cologne, Köln, Koeln, Frankfurt, Stuttgart, Düsseldorf, "
        "Duesseldorf, Leipzig, Dresden, Hanover, Hannover, Nuremberg, Nürnberg, Bremen, Essen, Dortmund, "
        "Bonn, Freiburg, Germany, Deutschland"
    ),
    "Europe/Vienna": "Wien, Graz, Linz, Salzburg, Innsbruck, Österreich",
    "Europe/Zurich": "Zürich, Geneva, Genf, Basel, Bern, Lausanne, Schweiz, Suisse",
    "Europe/Paris": "Lyon, Marseille, Toulouse, Nice, Nantes, Bordeaux, Lille, Strasbourg",
    "Europe/Madrid": "Barcelona, Valencia, Seville, Sevilla, Bilbao, Malaga, España",
    "Europe/Lisbon": "Lisboa, Porto",
    "Europe/Rome": "Milan, Milano, Naples, Napoli, Turin, Torino, Florence, Firenze, Bologna, Roma, Italia",
    "Europe/Amsterdam": "Rotterdam, The Hague, Den Haag, Utrecht, Eindhoven, Holland, Nederland",
    "Europe/Brussels": "Antwerp, Ghent, Bruxelles, Brussel",
    "Europe/Copenhagen": "Aarhus, København",
    "Europe/Stockholm": "Gothenburg, Göteborg, Malmö, Sverige",
    "Europe/Oslo": "Bergen, Trondheim, Norge",
    "Europe/Helsinki": "Tampere, Espoo, Turku, Suomi",
    "Europe/Warsaw": "Krakow, Kraków, Wroclaw, Gdansk, Poznan, Lodz, Warszawa, Polska",
    "Europe/Prague": "Brno, Praha",
    "Europe/Athens": "Thessaloniki",
    "Europe/Istanbul": "Ankara, Izmir",
    "Europe/Kyiv": "Kiev, Kharkiv, Lviv, Odesa",
    "Europe/Moscow": "Saint Petersburg, St Petersburg, Moskva, Russia",
    "Asia/Kolkata": (
        "Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Hyderabad, Chennai, Madras, Calcutta, Pune, "
        "Ahmedabad, Jaipur, Lucknow, Kochi"
    ),
    "Asia/Karachi": "Lahore, Islamabad, Rawalpindi",
    "Asia/Dhaka": "Chittagong",
    "Asia/Shanghai": "Beijing, Peking, Shenzhen, Guangzhou, Chengdu, Hangzhou, Wuhan, Nanjing, Tianjin, China",
    "Asia/Tokyo": "Osaka, Kyoto, Yokohama, Nagoya, Fukuoka, Sapporo",
    "Asia/Seoul": "Busan, Incheon, Korea",
    "Asia/Ho_Chi_Minh": "Hanoi, Saigon, Da Nang, Vietnam",
    "Asia/Kuala_Lumpur": "Penang, Johor Bahru",
    "Asia/Jakarta": "Bandung, Surabaya, Indonesia",
    "Asia/Manila": "Quezon City, Cebu",
    "Asia/Dubai": "Abu Dhabi, UAE",
    "Asia/Riyadh": "Jeddah, Mecca",
    "Asia/Jerusalem": "Tel Aviv, Haifa",
    "Africa/Cairo": "Alexandria",
    "Africa/Lagos": "Abuja, Ibadan, Kano",
    "Africa/Johannesburg": "Cape Town, Durban, Pretoria",
    "Africa/Nairobi": "Mombasa",
    "Australia/Sydney": "Canberra, Newcastle, Wollongong, New South Wales, Australia",
    "Australia/Melbourne": "Victoria Australia, Geelong",
    "Australia/Brisbane": "Gold Coast, Queensland",
    "Australia/Perth": "Western Australia",
    "Australia/Adelaide": "South Australia",
    "Pacific/Auckland": "Wellington, Christchurch, New Zealand",
}
